#include "tests/support/test_till.h"

#include <cstdlib>

namespace counterfoil::test {

TemporaryFolder::TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / ("counterfoil-" + std::string(6, 'X'))).string();
    CF_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

void SeededEntropy::fill(std::span<std::uint8_t> out) {
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(random_());
}

base::Result<crypto::Signature> FailingSigner::sign(const crypto::Digest& digest) {
    if (fails) return base::Error(base::Code::signer_failed, "the test's signer is down");
    return signer_.sign(digest);
}

namespace {

crypto::Identity identity(const std::string& terminal) {
    constexpr std::int64_t kYearMs = 365LL * 24 * 60 * 60 * 1000;
    return {terminal, kMorning, {kMorning.unix_ms + 10 * kYearMs}};
}

}  // namespace

TestTill::TestTill(std::uint64_t seed, const std::string& terminal)
    : clock(kMorning), entropy(seed), key(crypto::SigningKey::generate(entropy)), signer(key) {
    auto own = crypto::Certificate::self_signed(key, identity(terminal), crypto::Use::end_entity);
    CF_CHECK(own.ok());
    certificates.push_back(std::move(own).value());
    entropy.fill(boot.bytes);
}

journal::World TestTill::world() {
    return {clock, entropy, signer, gauge, boot, kMorning};
}

journal::Draft sale_draft(const journal::Totals& totals, std::int64_t total_minor,
                          const std::string& shift) {
    json::Object tender;
    tender.set("kind", "cash").set("amount_minor", total_minor);
    json::Array tenders;
    tenders.add(std::move(tender));
    json::Object body;
    body.set("receipt", totals.receipts + 1)
        .set("turnover_minor", totals.turnover_minor + total_minor)
        .set("total_minor", total_minor)
        .set("tenders", std::move(tenders));
    return {ledger::EventType::sale, std::move(body), shift, "anna"};
}

journal::Draft padded_draft(std::size_t bytes) {
    json::Object body;
    body.set("reason", std::string(bytes, 'x'));
    return {ledger::EventType::drawer_opened, std::move(body), {}, {}};
}

std::vector<journal::Draft> one(journal::Draft draft) {
    std::vector<journal::Draft> drafts;
    drafts.push_back(std::move(draft));
    return drafts;
}

}  // namespace counterfoil::test
