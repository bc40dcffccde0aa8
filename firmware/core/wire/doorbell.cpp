#include "firmware/core/wire/doorbell.h"

#include <array>

#include "firmware/core/wire/fields.h"
#include "firmware/core/wire/printable.h"

namespace counterfoil::wire {

using base::Result;

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kUplinkStates> kNames{
    "online", "no_link", "no_broker", "no_centre", "refused", "no_sync",
};
static_assert(static_cast<std::size_t>(UplinkState::no_sync) + 1 == kUplinkStates);

json::Object object_of(const Ring& ring) {
    json::Object object;
    object.set("events", ring.events);
    return object;
}

void read_fields(Fields& fields, Ring& ring) {
    ring.events = fields.count("events");
}

json::Object object_of(const Standing& standing) {
    json::Object object;
    object.set("state", state_name(standing.state))
        .set("reason", standing.reason)
        .set("epoch", standing.epoch)
        .set("receipted", standing.receipted)
        .set("mirror", standing.mirror)
        .set("server_time", base::to_rfc3339(standing.server_time));
    if (standing.older > 0) object.set("older", standing.older);
    return object;
}

void read_fields(Fields& fields, Standing& standing) {
    const auto state = state_from_name(fields.text("state"));
    if (!state) fields.fail("state");
    standing.state = state.value_or(UplinkState::no_broker);
    standing.reason = fields.printable("reason", kMaxReasonBytes);
    standing.epoch = fields.count("epoch");
    standing.receipted = fields.count("receipted");
    standing.mirror = fields.count("mirror");
    standing.server_time = fields.time("server_time");
    if (fields.has("older")) standing.older = fields.count("older");
}

}  // namespace

std::string_view state_name(UplinkState state) {
    return kNames.at(static_cast<std::size_t>(state));
}

std::optional<UplinkState> state_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kUplinkStates; ++i)
        if (kNames.at(i) == name) return static_cast<UplinkState>(i);
    return {};
}

std::string write(const Ring& ring) {
    return write_object<Ring>(ring, read_fields, object_of);
}

std::string write(const Standing& standing) {
    Standing fit = standing;
    fit.reason = printable_part(standing.reason, kMaxReasonBytes);
    return write_object<Standing>(fit, read_fields, object_of);
}

Result<Ring> read_ring(std::string_view line) {
    return read_object<Ring>(line, read_fields);
}

Result<Standing> read_standing(std::string_view line) {
    return read_object<Standing>(line, read_fields);
}

}  // namespace counterfoil::wire
