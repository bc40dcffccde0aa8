#include "daemon/sync/renewal.h"

#include <algorithm>

#include "firmware/core/base/coding.h"
#include "firmware/core/base/file.h"
#include "firmware/core/http/origin.h"
#include "firmware/core/json/json.h"
#include "firmware/core/wire/renewal.h"

namespace counterfoil::sync {

using base::Code;
using base::Error;
using base::Readers;
using base::Result;
using base::Status;
using crypto::Certificate;
using crypto::SigningKey;

namespace {

constexpr std::int64_t kMostWaitMs = 3'600'000;
constexpr std::int64_t kBetweenLooksMs = 5000;
constexpr std::size_t kMostBytes = 64UL << 10;

// The files of a link, and of the next one on its way.
struct Files {
    explicit Files(const SyncFolder& folder)
        : key(folder.key()),
          certificate(folder.certificate()),
          next_key(folder.own() / "next-key.pem"),
          next_certificate(folder.own() / "next-certificate.pem"),
          authority(folder.centre_authority()) {}

    std::filesystem::path key;
    std::filesystem::path certificate;
    std::filesystem::path next_key;
    std::filesystem::path next_certificate;
    std::filesystem::path authority;  // of the centre's server; none: the system's
};

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

// Once the next certificate is there, both take their places, however often that is begun.
Status take_up_next(const Files& files) {
    if (!is_there(files.next_certificate)) return {};
    std::error_code ignored;
    if (is_there(files.next_key)) {
        CF_LET(const std::string chain, base::read_file(files.next_certificate, kMostBytes));
        CF_LET(const std::string key, base::read_file(files.next_key, kMostBytes));
        CF_TRY(base::replace_file(files.key, key, Readers::owner_only));
        CF_TRY(base::replace_file(files.certificate, chain, Readers::everyone));
    }
    std::filesystem::remove(files.next_certificate, ignored);
    std::filesystem::remove(files.next_key, ignored);
    return {};
}

Result<SigningKey> next_key(const Files& files, base::Entropy& entropy) {
    if (is_there(files.next_key)) return SigningKey::load(files.next_key, entropy);
    SigningKey key = SigningKey::generate(entropy);
    CF_TRY(key.save(files.next_key));
    return key;
}

// The certificates that lead from the link's to its authority, where what came is what was asked
// for.
Result<std::vector<Certificate>> checked(std::string_view answer, const SigningKey& key,
                                         const std::vector<Certificate>& current) {
    CF_LET(const json::Document document, json::Document::parse(answer, {kMostBytes, 4}));
    CF_LET(const std::string_view text, document.root().text("link_certificate"));
    CF_LET(auto chain, crypto::read_chain(text, "the centre's answer"));
    CF_TRY(crypto::verify_chain(chain, current.back()));
    if (chain.front().name() == current.front().name() &&
        chain.front().public_key() == key.public_key())
        return chain;
    return Error(Code::bad_certificate, "the centre has certified another key or name");
}

Result<std::string> question(const std::vector<Certificate>& current, SigningKey& own,
                             const base::Bytes& request, base::WallTime at) {
    CF_LET(const auto signature, own.sign(wire::renewal_hash(current.front(), request, at)));
    json::Object body;
    body.set("certificate", crypto::chain_text(current));
    body.set("request", crypto::request_text(request));
    body.set("at", base::to_rfc3339(at)).set("signature", base::to_base64url(signature));
    return body.write();
}

Result<std::string> ask_centre(const Renewal::Settings& settings, const Files& files,
                               std::string body) {
    CF_LET(const http::Origin origin, http::parse_origin(settings.url));
    CF_LET(auto client,
           http::client_for(origin,
                            is_there(files.authority) ? files.authority : std::filesystem::path()));
    CF_LET(auto answer, client.post("/api/terminals/renew", std::move(body)));
    if (answer.status == 200) return std::move(answer.body);
    return Error(Code::refused, "the centre answered " + std::to_string(answer.status) + " " +
                                    answer.body.substr(0, 200));
}

Result<base::WallTime> renew(const Renewal::Settings& settings, const Files& files,
                             const std::vector<Certificate>& current, base::WallTime now) {
    crypto::Random random;
    CF_LET(auto own, SigningKey::load(files.key, random));
    CF_LET(auto next, next_key(files, random));
    CF_LET(const base::Bytes request, crypto::make_request(next, current.front().name()));
    CF_LET(std::string body, question(current, own, request, now));
    CF_LET(const std::string answer, ask_centre(settings, files, std::move(body)));
    CF_LET(const auto chain, checked(answer, next, current));
    CF_TRY(
        base::replace_file(files.next_certificate, crypto::chain_text(chain), Readers::everyone));
    CF_TRY(take_up_next(files));
    return chain.front().not_after();
}

}  // namespace

bool is_due(const Certificate& certificate, base::WallTime now) {
    const std::int64_t life_ms = certificate.not_after().unix_ms - certificate.not_before().unix_ms;
    return now.unix_ms >= certificate.not_after().unix_ms - life_ms / 3;
}

Result<std::optional<base::WallTime>> Renewal::renew_if_due(const Settings& settings,
                                                            const base::Clock& clock) {
    const Files files(settings.folder);
    CF_TRY(take_up_next(files));
    CF_LET(const auto current, crypto::load_chain(files.certificate));
    if (current.empty()) return Error(Code::malformed, files.certificate.string() + " is empty");
    if (!is_due(current.front(), clock.now())) return std::optional<base::WallTime>();
    CF_LET(const base::WallTime ends, renew(settings, files, current, clock.now()));
    return std::optional(ends);
}

Renewal::Renewal(Settings settings, const base::Clock& clock, Told told)
    : settings_(std::move(settings)),
      clock_(clock),
      told_(std::move(told)),
      wait_ms_(settings_.again_ms) {
    // Where that fails, it is told when it is looked at.
    [[maybe_unused]] const Status done = take_up_next(Files(settings_.folder));
}

void Renewal::look() {
    if (is_asking_ || clock_.steady_ms() < next_ms_) return;
    is_asking_ = true;
    if (!worker_.ask([this] { ask(); })) is_asking_ = false;
}

void Renewal::ask() {
    const auto done = renew_if_due(settings_, clock_);
    std::int64_t wait_ms = kBetweenLooksMs;
    if (!done.ok()) {
        wait_ms = wait_ms_;
        wait_ms_ = std::min(2 * wait_ms_, kMostWaitMs);
        told_(done.error());
    } else if (done.value()) {
        wait_ms_ = settings_.again_ms;
        told_(*done.value());
    }
    next_ms_ = clock_.steady_ms() + wait_ms;
    is_asking_ = false;
}

}  // namespace counterfoil::sync
