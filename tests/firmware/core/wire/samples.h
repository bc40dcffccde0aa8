#pragma once

#include "firmware/core/base/coding.h"
#include "firmware/core/wire/from_centre.h"
#include "firmware/core/wire/from_terminal.h"
#include "tests/support/test_till.h"

// One message of each kind, the ones that FORMAT.md shows.
namespace counterfoil::wire {

inline crypto::Digest sample_head() {
    crypto::Digest head;
    CF_CHECK(
        base::hex_into("eb621011c6a5ff398d1c3c3033c3a2012169c0a755786d6cbcc969d1cc669832", head));
    return head;
}
// The signature of the event with that hash, by the key of the worked examples.
inline crypto::Signature sample_signature() {
    crypto::Signature signature;
    CF_CHECK(base::base64url_into(
        "zZb4B3Qy2jkj6grdD6aQFEYMa2eFAyEvosklAIN33knhngJzzlBNKCnDFtIx6qQehlSZReaV2vL1rPjAJe04fA",
        signature));
    return signature;
}

inline constexpr base::WallTime kSampleTime{test::kMorning.unix_ms + 96'000};
inline constexpr Nonce kSampleNonce{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

inline Cursor sample_cursor() {
    return {1, 2, sample_head()};
}
inline Hello sample_hello() {
    return {"T01",
            sample_cursor(),
            base::Uuid::parse("01930000-0000-7000-8000-000000000001").value(),
            {1},
            "counterfoil 0.1.0",
            kSampleNonce};
}
inline Heartbeat sample_heartbeat() {
    return {"T01",
            sample_cursor(),
            sample_signature(),
            kSampleTime,
            1,
            412,
            LastReceipt{1, 1, {kSampleTime.unix_ms - 60'000}}};
}
inline Pull sample_pull() {
    return {"books", 16, 500};
}
inline Welcome sample_welcome() {
    return {"T01", {1, 0, {}}, kSampleTime, 500, {{"books", 17}, {"trust", 3}}, 1, kSampleNonce};
}
inline Nak sample_nak() {
    return {Reason::gap, "event 2 is missing", Kind::batch, 3, 2, {}};
}
inline Nak sample_busy_nak() {
    return {Reason::too_busy, "the disk is slow just now", Kind::hello, {}, {}, 5000};
}
inline Delta sample_delta() {
    static constexpr std::string_view kBook =
        R"({"t":"book","number":42,"name":"Nyár","min_basket_minor":2000,"scope":)"
        R"({"products":[],"categories":["Burger"]},"stackable":true})";
    return {"books", 16, 17, false, Place{"T01", 1, 2}, kSampleTime, {kBook}};
}
inline Manifest sample_manifest() {
    return {"trust", 3, sample_head(), kSampleTime};
}
inline ledger::Receipt sample_receipt() {
    return {"T01", 1, 2, sample_head(), kSampleTime, 500, {{"members", 17}, {"trust", 3}}};
}

}  // namespace counterfoil::wire
