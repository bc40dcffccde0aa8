#include "daemon/aggregator/services/authority.h"

#include "firmware/core/base/file.h"

namespace counterfoil::services {

using base::Code;
using base::Error;
using base::Result;
using base::Status;

namespace {

constexpr std::int64_t kYearMs = 366LL * 24 * 60 * 60 * 1000;
constexpr std::int64_t kOwnYears = 20;
constexpr std::int64_t kTerminalYears = 5;

// Whoever judges it may have a clock that is behind ours.
base::WallTime begin_of(base::WallTime now) {
    constexpr std::int64_t kMinutesMs = 10LL * 60 * 1000;
    return {now.unix_ms - kMinutesMs};
}

// The key comes last: without one, what an earlier attempt has left is made anew.
Status make(const Authority::Files& files, base::WallTime now, base::Entropy& entropy) {
    const auto key = crypto::SigningKey::generate(entropy);
    CF_LET(const auto certificate,
           crypto::Certificate::self_signed(
               key, {"centre-authority", now, {now.unix_ms + kOwnYears * kYearMs}},
               crypto::Use::authority));
    std::error_code problem;
    std::filesystem::remove(files.certificate, problem);
    CF_TRY(crypto::save_chain(files.certificate, {certificate}));
    return key.save(files.key);
}

}  // namespace

Result<Authority> Authority::open(const Files& files, const base::Clock& clock) {
    auto random = std::make_unique<crypto::Random>();
    std::error_code problem;
    if (!std::filesystem::exists(files.key, problem)) CF_TRY(make(files, clock.now(), *random));
    CF_LET(auto key, crypto::SigningKey::load(files.key, *random));
    CF_LET(const auto chain, crypto::load_chain(files.certificate));
    if (chain.size() != 1 || chain.front().public_key() != key.public_key() ||
        !chain.front().is_authority())
        return Error(Code::key_mismatch, files.key.string() + " and " + files.certificate.string() +
                                             " do not belong together");
    return Authority(std::move(random), std::move(key), chain.front());
}

Outcome<crypto::Certificate> Authority::issue(std::string_view request, const std::string& name,
                                              base::WallTime now) {
    return issue(request, {name, begin_of(now), {now.unix_ms + kTerminalYears * kYearMs}},
                 crypto::Use::end_entity);
}

Outcome<crypto::Certificate> Authority::issue_link(std::string_view request,
                                                   const std::string& name, base::WallTime now,
                                                   std::int64_t lives_ms) {
    return issue(request, {name, begin_of(now), {now.unix_ms + lives_ms}}, crypto::Use::client);
}

Outcome<crypto::Certificate> Authority::issue(std::string_view request,
                                              const crypto::Identity& identity, crypto::Use use) {
    const auto der = crypto::request_from_pem(request);
    if (!der.ok()) return Refusal::terminal_request_wrong;
    auto issued = crypto::Certificate::issue(der.value(), key_, certificate_, identity, use);
    if (issued.ok()) return std::move(issued).value();
    if (issued.error().code() == Code::bad_certificate) return Refusal::terminal_request_wrong;
    return issued.error();
}

}  // namespace counterfoil::services
