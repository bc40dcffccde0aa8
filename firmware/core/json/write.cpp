#include <cjson/cJSON.h>

#include "firmware/core/base/coding.h"
#include "firmware/core/json/json.h"

namespace counterfoil::json {

using base::Code;
using base::Error;
using base::Result;

namespace {

// A text with a NUL would end early inside cJSON; one that is not UTF-8 would not be JSON.
bool can_write(std::string_view value) {
    return base::is_utf8(value) && value.find('\0') == std::string_view::npos;
}

// An empty tree stands for a value that cannot be written.
Tree text_node(std::string_view value) {
    if (!can_write(value)) return {};
    return Tree(cJSON_CreateString(std::string(value).c_str()));
}

// cJSON would print an integer through a double.
Tree integer_node(std::int64_t value) {
    if (value > kMaxInteger || value < -kMaxInteger) return {};
    return Tree(cJSON_CreateRaw(std::to_string(value).c_str()));
}

Tree copy_of(const Node& node);

// Of an array or object.
Tree copy_within(const Node& node) {
    const bool is_object = node.kind == Node::Kind::object;
    Tree tree(is_object ? cJSON_CreateObject() : cJSON_CreateArray());
    if (node.nodes == 1) return tree;
    for (const Node* child = &node + 1;; child += child->nodes) {
        if (is_object)
            cJSON_AddItemToObject(tree.get(), std::string(child->name).c_str(),
                                  copy_of(*child).release());
        else
            cJSON_AddItemToArray(tree.get(), copy_of(*child).release());
        if (!child->has_next) return tree;
    }
}

// As deep as the reader let it be.
Tree copy_of(const Node& node) {
    switch (node.kind) {
        case Node::Kind::null:
            return Tree(cJSON_CreateNull());
        case Node::Kind::boolean:
            return Tree(cJSON_CreateBool(node.integer != 0 ? 1 : 0));
        case Node::Kind::integer:
            return integer_node(node.integer);
        case Node::Kind::number:
            return Tree(cJSON_CreateRaw(std::string(node.text).c_str()));
        case Node::Kind::text:
            return text_node(node.text);
        case Node::Kind::array:
        case Node::Kind::object:
            break;
    }
    return copy_within(node);
}

}  // namespace

void TreeDeleter::operator()(cJSON* tree) const {
    cJSON_Delete(tree);
}

Array::Array() : tree_(cJSON_CreateArray()) {
    CF_CHECK(tree_);
}

Array& Array::add(std::string_view value) {
    Tree node = text_node(value);
    if (!node) tree_.reset();
    if (tree_) cJSON_AddItemToArray(tree_.get(), node.release());
    return *this;
}

Array& Array::add(std::int64_t value) {
    Tree node = integer_node(value);
    if (!node) tree_.reset();
    if (tree_) cJSON_AddItemToArray(tree_.get(), node.release());
    return *this;
}

Array& Array::add(Object value) {
    if (!value.tree_) tree_.reset();
    if (tree_) cJSON_AddItemToArray(tree_.get(), value.tree_.release());
    return *this;
}

Object::Object() : tree_(cJSON_CreateObject()) {
    CF_CHECK(tree_);
}

Object& Object::put(std::string_view name, Tree value) {
    if (!value) tree_.reset();
    if (tree_) cJSON_AddItemToObject(tree_.get(), std::string(name).c_str(), value.release());
    return *this;
}

Object& Object::set(std::string_view name, std::string_view value) {
    return put(name, text_node(value));
}

Object& Object::set(std::string_view name, std::int64_t value) {
    return put(name, integer_node(value));
}

Object& Object::set_flag(std::string_view name, bool value) {
    return put(name, Tree(cJSON_CreateBool(value ? 1 : 0)));
}

Object& Object::set(std::string_view name, Object value) {
    return put(name, std::move(value.tree_));
}

Object& Object::set(std::string_view name, Array value) {
    return put(name, std::move(value.tree_));
}

Object& Object::set(std::string_view name, const Value& value) {
    return put(name, copy_of(*value.node_));
}

Object& Object::set_null(std::string_view name) {
    return put(name, Tree(cJSON_CreateNull()));
}

Result<std::string> Object::write() const {
    if (!tree_)
        return Error(Code::malformed,
                     "a text that is not UTF-8, or a number over 2^53, cannot be written as JSON");
    char* printed = cJSON_PrintUnformatted(tree_.get());
    CF_CHECK(printed != nullptr);
    std::string text(printed);
    cJSON_free(printed);
    return text;
}

}  // namespace counterfoil::json
