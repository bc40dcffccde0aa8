#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/json/json.h"

namespace counterfoil::till {

template <class T>
struct Choice {
    std::string_view name;
    T value;
};

// An object of a file that a person wrote: every member is asked for by name and with its bounds,
// and what nobody asked for is refused. The first fault is kept, with the place where it is:
// "printer.port: 1 to 65535". After a fault everything reads as something harmless.
class StrictObject {
  public:
    using Fault = std::optional<base::Error>;

    // `where` is the object's place, empty for the file itself; the document and `fault` must
    // outlive the object.
    StrictObject(json::Value value, std::string where, Fault& fault);

    // 1 to `most` characters.
    std::string text(std::string_view name, std::int64_t most);
    std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high);
    bool flag(std::string_view name);
    template <class T>
    T choice(std::string_view name, std::initializer_list<Choice<T>> choices) {
        const auto value = find(name);
        std::string known;
        for (const Choice<T>& choice : choices) {
            if (value && value->text() == choice.name) return choice.value;
            known.append(known.empty() ? "one of " : ", ").append(choice.name);
        }
        fail(name, known);
        return choices.begin()->value;
    }

    // Whether it is there at all; of one that must be, whether it is null.
    bool has(std::string_view name) { return find(name).has_value(); }
    bool is_null(std::string_view name);

    // Calls read(StrictObject&) for the object, and refuses what was not asked for.
    template <class Read>
    void within(std::string_view name, Read read) {
        const auto value = find(name);
        if (!value) return fail(name, "an object");
        StrictObject object(*value, place(name), fault_);
        read(object);
        object.end();
    }
    // The same for each object of an array.
    template <class Read>
    void each(std::string_view name, std::size_t most, Read read) {
        const auto value = find(name);
        const std::string bounds = "an array of at most " + std::to_string(most);
        if (!value || !value->is_array()) return fail(name, bounds);
        std::size_t count = 0;
        for (auto item = value->first(); item && !fault_; item = item->next()) {
            if (count == most) return fail(name, bounds);
            StrictObject object(*item, place(name) + "[" + std::to_string(count++) + "]", fault_);
            read(object);
            object.end();
        }
    }

    // When everything was asked for: refuses what else is there.
    void end();

    // For what the caller finds wrong with the member; says what it should be.
    void fail(std::string_view name, std::string_view bounds);

  private:
    std::optional<json::Value> find(std::string_view name);
    std::string place(std::string_view name) const;

    json::Value value_;
    std::string where_;
    Fault& fault_;
    std::vector<std::string_view> known_;
};

}  // namespace counterfoil::till
