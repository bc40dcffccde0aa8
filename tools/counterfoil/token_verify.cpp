#include "tools/counterfoil/token_verify.h"

#include <algorithm>
#include <iostream>

#include "firmware/core/base/coding.h"
#include "firmware/core/crypto/public_key.h"
#include "tools/counterfoil/keys_folder.h"
#include "tools/counterfoil/token_text.h"

namespace counterfoil::tool {

using base::Code;
using base::Error;
using base::Result;

namespace {

constexpr std::size_t kMaxCoseBytes = 1 << 20;

// A PEM file, or the point in hexadecimal: whole, or compressed.
Result<crypto::PublicKey> public_key_from(const std::string& text) {
    crypto::PublicKey whole{};
    crypto::CompressedKey half{};
    if (base::hex_into(text, whole)) return whole;
    if (base::hex_into(text, half)) return crypto::expand(half);
    return crypto::load_public_key(text);
}

Result<ExitCode> verify_cose(const VerifyTokenOptions& options) {
    if (options.cose.size() > 2 * kMaxCoseBytes)
        return Error(Code::too_large, "the message is over 1 MiB");
    CF_LET(const base::Bytes bytes, base::from_hex(options.cose));
    CF_LET(const crypto::PublicKey key, public_key_from(options.key));
    CF_LET(const auto verifier, crypto::Verifier::create(key));
    const auto message = token::read_foreign_sign1(bytes);
    token::Refusal refusal = token::Refusal::signature_wrong;
    if (!message.ok())
        refusal = message.error();
    else if (verifier.verify(message.value().digest(), message.value().signature)) {
        std::cout << "ok: signed by this key, payload " << base::to_hex(message.value().payload)
                  << '\n';
        return kDone;
    }
    std::cout << describe(refusal) << '\n';
    return kDoesNotVerify;
}

Result<token::Situation> situation_from(const VerifyTokenOptions& options) {
    token::Situation situation{base::SystemClock().now(), options.store, {}};
    if (!options.at.empty()) {
        CF_LET(situation.now, base::from_rfc3339(options.at));
    }
    if (!options.member.empty()) {
        CF_LET(situation.member, base::Uuid::parse(options.member));
    }
    return situation;
}

bool print_verdict(token::Judge& judge, const std::string& text,
                   const token::Situation& situation) {
    const auto print = [](const auto& judged, const std::string& words) {
        std::cout << (judged.ok() ? "ok: " + words : describe(judged.error())) << '\n';
        return judged.ok();
    };
    const auto scanned = token::read_scanned(text, "");
    const bool is_member =
        scanned.ok() && std::holds_alternative<token::SignedMember>(scanned.value());
    const bool is_coupon =
        scanned.ok() && std::holds_alternative<token::SignedCoupon>(scanned.value());
    if (is_member) {
        const auto judged = judge.member(text, situation);
        std::string words;
        if (judged.ok()) {
            words = describe(judged.value().certificate);
            if (!judged.value().may_spend) words += ", earns only: the key list is overdue";
        }
        return print(judged, words);
    }
    if (is_coupon) {
        const auto judged = judge.coupon(text, situation);
        return print(judged, judged.ok() ? describe(judged.value()) : "");
    }
    const auto refusal = scanned.ok() ? token::Refusal::unknown_code : scanned.error();
    std::cout << describe(refusal) << '\n';
    return false;
}

Result<ExitCode> verify_texts(const VerifyTokenOptions& options) {
    const KeysFolder folder(options.keys);
    CF_LET(const token::KeyList list, folder.load_list());
    CF_LET(const till::DeltasFile revocations, folder.load_deltas());
    CF_LET(const token::Situation situation, situation_from(options));
    token::KeyRing ring(list);
    CF_LET(token::Revocations revoked, revocations.revoked(ring));
    token::ReplayTable replays(base::WallTime{0});
    token::Judge judge(ring, revoked, replays);
    ExitCode exit_code = kDone;
    for (const std::string& text : options.texts)
        if (!print_verdict(judge, text, situation)) exit_code = kDoesNotVerify;
    return exit_code;
}

}  // namespace

ExitCode verify_tokens(const VerifyTokenOptions& options) {
    if (options.texts.empty() && options.cose.empty()) {
        std::cerr << "counterfoil: give codes and --keys, or --cose and --key; see --help\n";
        return kUsage;
    }
    const auto verified = options.cose.empty() ? verify_texts(options) : verify_cose(options);
    return verified.ok() ? verified.value() : refuse(verified.error());
}

ExitCode show_token(const ShowTokenOptions& options) {
    const auto scanned = token::read_scanned(options.text, options.format);
    std::cout << (scanned.ok() ? describe(scanned.value()) : describe(scanned.error())) << '\n';
    return scanned.ok() ? kDone : kDoesNotVerify;
}

}  // namespace counterfoil::tool
