#include "firmware/core/wire/nak.h"

#include <array>

#include "firmware/core/wire/printable.h"

namespace counterfoil::wire {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, kReasons> kNames{
    "gap",
    "fork",
    "epoch_frozen",
    "epoch_unknown",
    "wrong_incarnation",
    "wrong_terminal",
    "unknown_terminal",
    "revoked",
    "malformed",
    "too_large",
    "bad_signature",
    "broken_chain",
    "newer_format",
    "unknown_class",
    "too_busy",
};
static_assert(static_cast<std::size_t>(Reason::too_busy) + 1 == kReasons);

json::Object object_of(const Nak& nak) {
    json::Object object;
    object.set("reason", reason_name(nak.reason)).set("sentence", nak.sentence);
    if (nak.answers) object.set("answers", kind_name(*nak.answers));
    if (nak.from) object.set("from", *nak.from);
    if (nak.expected_seq) object.set("expected_seq", *nak.expected_seq);
    if (nak.retry_after_ms) object.set("retry_after_ms", *nak.retry_after_ms);
    return object;
}

void read_fields(Fields& fields, Nak& nak) {
    const auto reason = reason_from_name(fields.text("reason"));
    if (!reason) fields.fail("reason");
    nak.reason = reason.value_or(Reason::malformed);
    nak.sentence = fields.printable("sentence", kMaxSentenceBytes);
    if (fields.has("answers")) {
        nak.answers = kind_from_name(fields.text("answers"));
        if (!nak.answers) fields.fail("answers");
    }
    if (fields.has("from")) nak.from = fields.number("from", 1, json::kMaxInteger);
    if (fields.has("expected_seq"))
        nak.expected_seq = fields.number("expected_seq", 1, json::kMaxInteger);
    if (fields.has("retry_after_ms"))
        nak.retry_after_ms = fields.number("retry_after_ms", 1, kMaxRetryAfterMs);
    if (nak.expected_seq.has_value() != (nak.reason == Reason::gap)) fields.fail("expected_seq");
    if (nak.retry_after_ms.has_value() != (nak.reason == Reason::too_busy))
        fields.fail("retry_after_ms");
}

}  // namespace

std::string_view reason_name(Reason reason) {
    return kNames.at(static_cast<std::size_t>(reason));
}

std::optional<Reason> reason_from_name(std::string_view name) {
    for (std::size_t i = 0; i < kReasons; ++i)
        if (kNames.at(i) == name) return static_cast<Reason>(i);
    return {};
}

std::string write(const Nak& nak) {
    Nak fit = nak;
    fit.sentence = printable_part(nak.sentence, kMaxSentenceBytes);
    return std::string(head_of(Kind::nak)) + write_object<Nak>(fit, read_fields, object_of);
}

base::Result<Nak> read_nak(std::string_view content) {
    return read_only_form<Nak>(content, read_fields, object_of);
}

}  // namespace counterfoil::wire
