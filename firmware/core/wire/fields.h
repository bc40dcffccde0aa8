#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "firmware/core/base/clock.h"
#include "firmware/core/ledger/members.h"
#include "firmware/core/wire/envelope.h"

// What several messages say, and how their objects are read and written.
namespace counterfoil::wire {

// How far a terminal's ledger goes, or is known.
struct Cursor {
    std::int64_t epoch = 1;
    std::int64_t seq = 0;   // 0: there is no event yet
    crypto::Digest head{};  // that event's hash; zeros where there is none

    bool operator==(const Cursor&) const = default;
};

// A number that a question has and its answer repeats.
using Nonce = std::array<std::uint8_t, 16>;

// Which version there is of each class of central data. At most 32.
using Versions = std::map<std::string, std::int64_t>;
inline constexpr std::size_t kMaxVersions = 32;

// malformed, also for a number that is larger than any of ours; too_large.
base::Result<json::Document> parse_object(std::string_view text);

// Reads an object's members, each within its bounds; see ledger::Members.
class Fields : public ledger::Members {
  public:
    explicit Fields(const json::Value& object) : Members(object), object_(object) {}

    // A text for people: no control characters, so that it can be logged and shown as it is.
    std::string printable(std::string_view name, std::size_t most);
    std::string terminal(std::string_view name);
    std::string data_class(std::string_view name);
    std::int64_t count(std::string_view name) { return number(name, 0, json::kMaxInteger); }
    std::int64_t epoch(std::string_view name) { return number(name, 1, json::kMaxInteger); }
    // Lower-case hexadecimal of exactly that many bytes.
    void hex(std::string_view name, std::span<std::uint8_t> out);
    base::WallTime time(std::string_view name);
    // "epoch", "seq" and "head".
    Cursor cursor();
    Versions versions(std::string_view name);
    // The member, which must be of its kind.
    base::Result<json::Value> array(std::string_view name) const { return object_.array(name); }
    base::Result<json::Value> object(std::string_view name) const { return object_.object(name); }

  private:
    json::Value object_;
};

void set_cursor(json::Object& object, const Cursor& cursor);
json::Object versions_object(const Versions& versions);

// How a message's members are read from an object, and which object it is written as.
template <class Message>
using ReadFields = void (*)(Fields&, Message&);
template <class Message>
using ObjectOf = json::Object (*)(const Message&);

// For what is signed: members that are not known here are passed over.
template <class Message>
base::Result<Message> read_object(std::string_view text, ReadFields<Message> read) {
    CF_LET(const json::Document document, parse_object(text));
    Fields fields(document.root());
    Message message;
    read(fields, message);
    if (fields.error()) return *fields.error();
    return message;
}

// For what nobody signed: one message has one text, and any other was not written by us.
template <class Message>
base::Result<Message> read_only_form(std::string_view text, ReadFields<Message> read,
                                     ObjectOf<Message> object_of) {
    CF_LET(Message message, read_object(text, read));
    const auto again = object_of(message).write();
    if (!again.ok() || again.value() != text)
        return base::Error(base::Code::malformed, "the message is not in its one form");
    return message;
}

// That the message can be read again is the caller's promise.
template <class Message>
std::string write_object(const Message& message, ReadFields<Message> read,
                         ObjectOf<Message> object_of) {
    auto text = object_of(message).write();
    CF_CHECK(text.ok() && read_object(text.value(), read).ok());
    return std::move(text).value();
}

}  // namespace counterfoil::wire
