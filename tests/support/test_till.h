#pragma once

#include <array>
#include <filesystem>
#include <random>
#include <string>

#include "firmware/core/base/clock.h"
#include "firmware/core/crypto/certificate.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/signing_key.h"
#include "firmware/journal/journal.h"

namespace counterfoil::test {

// A folder of the test's own, removed at its end.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  private:
    std::filesystem::path path_;
};

// Repeatable randomness, for ids and for blinding; never for keys that protect anything.
class SeededEntropy final : public base::Entropy {
  public:
    explicit SeededEntropy(std::uint64_t seed) : random_(seed) {}
    void fill(std::span<std::uint8_t> out) override;

  private:
    std::mt19937_64 random_;
};

// A disk that is as full as the test says.
class FakeGauge final : public journal::DiskGauge {
  public:
    base::Result<int> used_permille() const override { return permille; }
    base::Result<std::int64_t> free_bytes() const override { return bytes; }
    int permille = 100;
    std::int64_t bytes = 1 << 30;
};

// A signer that can fail.
class FailingSigner final : public crypto::Signer {
  public:
    explicit FailingSigner(crypto::Signer& signer) : signer_(signer) {}
    base::Result<crypto::Signature> sign(const crypto::Digest& digest) override;
    const crypto::PublicKey& public_key() const override { return signer_.public_key(); }
    bool fails = false;

  private:
    crypto::Signer& signer_;
};

// Everything a journal needs but its files, with a clock that starts on 2026-11-21 at 08:00 UTC.
struct TestTill {
    explicit TestTill(std::uint64_t seed = 1, const std::string& terminal = "T01");

    base::SettableClock clock;
    SeededEntropy entropy;
    crypto::SigningKey key;
    FailingSigner signer;
    FakeGauge gauge;
    std::vector<crypto::Certificate> certificates;
    base::Uuid boot;

    journal::World world();
};

inline constexpr base::WallTime kMorning{1'795'248'000'000};

// A sale that the totals take next: the right receipt number and running turnover.
journal::Draft sale_draft(const journal::Totals& totals, std::int64_t total_minor,
                          const std::string& shift = {});
// An event of about that many bytes that counts for nothing.
journal::Draft padded_draft(std::size_t bytes);
std::vector<journal::Draft> one(journal::Draft draft);

}  // namespace counterfoil::test
