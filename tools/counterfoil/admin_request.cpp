#include <charconv>
#include <map>

#include "firmware/core/base/file.h"
#include "firmware/core/http/target.h"
#include "firmware/core/json/json.h"
#include "tools/counterfoil/admin_call.h"

namespace counterfoil::tool {

using Kind = AdminField::Kind;
using Place = AdminField::Place;

namespace {

// The centre's own bound for imports.
constexpr std::size_t kMostBytes = 8UL << 20;

void add_query(std::string& target, std::string_view name, const std::string& value) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target.append(name).append("=").append(http::percent_encode(value));
}

void fill_path(std::string& path, const std::string& name, const std::string& value) {
    const std::string place = "{" + name + "}";
    const std::size_t at = path.find(place);
    CF_CHECK(at != std::string::npos);
    path.replace(at, place.size(), http::percent_encode(value));
}

void set(json::Object& object, const std::string& name, Kind kind, const std::string& value) {
    std::int64_t number = 0;
    if (kind == Kind::number) {
        std::from_chars(value.data(), value.data() + value.size(), number);
        object.set(name, number);
    } else if (kind == Kind::flag) {
        object.set_flag(name, true);
    } else {
        object.set(name, value);
    }
}

// The members of a body, those with a dot in their name within an object of its own.
class Body {
  public:
    void add(const AdminField& field, const std::string& value) {
        const std::string member = field.member;
        const std::size_t dot = member.find('.');
        is_empty_ = false;
        if (dot == std::string::npos) return set(whole_, member, field.kind, value);
        set(within_[member.substr(0, dot)], member.substr(dot + 1), field.kind, value);
    }
    base::Result<std::string> text() {
        if (is_empty_) return std::string();
        for (auto& [name, object] : within_) whole_.set(name, std::move(object));
        return whole_.write();
    }

  private:
    bool is_empty_ = true;
    json::Object whole_;
    std::map<std::string, json::Object> within_;
};

}  // namespace

AdminOutcome<AdminRequest> request_of(const AdminCall& call, AdminCentre& centre) {
    AdminRequest request{call.verb.method, call.verb.path};
    Body body;
    for (std::size_t i = 0; i < call.values.size(); ++i) {
        if (!call.values[i]) continue;
        const AdminField& field = call.verb.fields[i];
        std::string value = *call.values[i];
        if (field.kind == Kind::account) {
            CF_LET(value, centre.account_of(value));
        }
        if (field.kind == Kind::file) {
            CF_LET(request.body, base::read_file(value, kMostBytes));
            request.content_type = call.verb.content_type;
        } else if (field.place == Place::path) {
            fill_path(request.target, field.member, value);
        } else if (field.place == Place::query) {
            add_query(request.target, field.member, field.kind == Kind::flag ? "true" : value);
        } else {
            body.add(field, value);
        }
    }
    const char* skip = call.verb.parts == AdminParts::offset ? "offset" : "skip";
    if (call.skip) add_query(request.target, skip, std::to_string(*call.skip));
    if (!call.after.empty()) add_query(request.target, "after", call.after);
    if (call.limit) add_query(request.target, "limit", std::to_string(*call.limit));
    if (!request.body.empty()) return request;
    CF_LET(request.body, body.text());
    return request;
}

}  // namespace counterfoil::tool
