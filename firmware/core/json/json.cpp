#include "firmware/core/json/json.h"

#include <cjson/cJSON.h>

#include <cmath>
#include <unordered_set>

#include "firmware/core/base/coding.h"

namespace counterfoil::json {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

Error missing(std::string_view name, std::string_view kind) {
    return Error(Code::malformed,
                 "\"" + std::string(name) + "\" is missing or is not " + std::string(kind));
}

// Children of one object carry each name once. Depth was bounded before the tree was built.
Status check_names(const cJSON* node) {
    std::unordered_set<std::string_view> names;
    for (const cJSON* child = node->child; child != nullptr; child = child->next) {
        if (cJSON_IsObject(node) && !names.insert(child->string).second)
            return Error(Code::malformed,
                         "\"" + std::string(child->string) + "\" stands twice in one object");
        if (child->child != nullptr) CF_TRY(check_names(child));
    }
    return {};
}

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

}  // namespace

void TreeDeleter::operator()(cJSON* tree) const {
    cJSON_Delete(tree);
}

bool Value::is_null() const {
    return cJSON_IsNull(node_) != 0;
}
bool Value::is_object() const {
    return cJSON_IsObject(node_) != 0;
}
bool Value::is_array() const {
    return cJSON_IsArray(node_) != 0;
}

std::optional<std::string_view> Value::text() const {
    if (!cJSON_IsString(node_)) return {};
    return node_->valuestring;
}

std::optional<std::int64_t> Value::integer() const {
    constexpr auto kMax = static_cast<double>(kMaxInteger);
    if (!cJSON_IsNumber(node_)) return {};
    const double value = node_->valuedouble;
    if (value > kMax || value < -kMax || value != std::trunc(value)) return {};
    return static_cast<std::int64_t>(value);
}

std::optional<bool> Value::boolean() const {
    if (!cJSON_IsBool(node_)) return {};
    return cJSON_IsTrue(node_) != 0;
}

std::optional<Value> Value::find(std::string_view name) const {
    if (!is_object()) return {};
    for (const cJSON* child = node_->child; child != nullptr; child = child->next)
        if (child->string == name) return Value(child);
    return {};
}

Result<std::string_view> Value::text(std::string_view name) const {
    const auto member = find(name);
    const auto value = member ? member->text() : std::nullopt;
    if (!value) return missing(name, "a text");
    return *value;
}

Result<std::int64_t> Value::integer(std::string_view name) const {
    const auto member = find(name);
    const auto value = member ? member->integer() : std::nullopt;
    if (!value) return missing(name, "a whole number");
    return *value;
}

Result<Value> Value::object(std::string_view name) const {
    const auto member = find(name);
    if (!member || !member->is_object()) return missing(name, "an object");
    return *member;
}

Result<Value> Value::array(std::string_view name) const {
    const auto member = find(name);
    if (!member || !member->is_array()) return missing(name, "an array");
    return *member;
}

std::optional<Value> Value::first() const {
    if (node_->child == nullptr) return {};
    return Value(node_->child);
}

std::optional<Value> Value::next() const {
    if (node_->next == nullptr) return {};
    return Value(node_->next);
}

std::string_view Value::name() const {
    return node_->string != nullptr ? node_->string : "";
}

Result<Document> Document::parse(std::string_view text, const Limits& limits) {
    CF_TRY(check(text, limits));
    // The check comes first because cJSON takes more than JSON and nests a thousand deep.
    Tree tree(cJSON_ParseWithLength(text.data(), text.size()));
    if (!tree) return Error(Code::malformed, "the JSON cannot be read");
    CF_TRY(check_names(tree.get()));
    return Document(std::move(tree));
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
    return put(name, Tree(cJSON_Duplicate(value.node_, 1)));
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
