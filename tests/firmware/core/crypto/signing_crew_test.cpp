#include "firmware/core/crypto/signing_crew.h"

#include <gtest/gtest.h>

#include <atomic>

#include "firmware/core/crypto/hedged_signer.h"
#include "firmware/core/crypto/random.h"
#include "firmware/core/crypto/verifier.h"

namespace counterfoil::crypto {
namespace {

class CountingSigner final : public Signer {
  public:
    explicit CountingSigner(const SigningKey& key) : signer_(key) {}
    base::Result<Signature> sign(const Digest& digest) override {
        EXPECT_FALSE(is_signing_.exchange(true)) << "used by two threads at a time";
        auto signature = signer_.sign(digest);
        ++signed_;
        is_signing_ = false;
        if (digest == refused) return base::Error(base::Code::signer_failed, "refused");
        return signature;
    }
    const PublicKey& public_key() const override { return signer_.public_key(); }
    int count() const { return signed_; }

    Digest refused{};

  private:
    HedgedSigner signer_;
    std::atomic<bool> is_signing_ = false;
    std::atomic<int> signed_ = 0;
};

class SigningCrewTest : public testing::Test {
  protected:
    static Digest digest_of(int number) {
        return sha256({base::as_bytes("digest " + std::to_string(number))});
    }
    void ask(int from, int to) {
        for (int i = from; i < to; ++i) crew_.ask(digest_of(i));
    }

    Random random_;
    SigningKey key_ = SigningKey::generate(random_);
    CountingSigner askers_{key_};
    CountingSigner crews_{key_};
    SigningCrew crew_{askers_, crews_};
};

TEST_F(SigningCrewTest, GivesOneForEachInTheirOrderAndForgetsThem) {
    const Verifier verifier = Verifier::create(key_.public_key()).value();
    int next = 0;
    for (const int count : {0, 1, 2, 64, 1, 256}) {
        ask(next, next + count);
        const auto signatures = crew_.collect().value();
        ASSERT_EQ(signatures.size(), static_cast<std::size_t>(count));
        for (const Signature& signature : signatures)
            EXPECT_TRUE(verifier.verify(digest_of(next++), signature)) << next;
    }
    EXPECT_EQ(askers_.count() + crews_.count(), next);
}

TEST_F(SigningCrewTest, ItsThreadSignsBeforeItIsCollected) {
    ask(0, 3);
    while (crews_.count() < 3) std::this_thread::yield();
    EXPECT_EQ(crew_.collect().value().size(), 3U);
    EXPECT_EQ(askers_.count(), 0);
}

TEST_F(SigningCrewTest, WhatFailsIsToldAndDoesNotStayBehind) {
    askers_.refused = crews_.refused = digest_of(7);
    ask(0, 20);
    EXPECT_EQ(crew_.collect().error().code(), base::Code::signer_failed);
    ask(20, 22);
    EXPECT_EQ(crew_.collect().value().size(), 2U);
}

TEST_F(SigningCrewTest, SignsNothingThatIsNotWantedAnyMore) {
    ask(0, 1000);
    crew_.forget();
    EXPECT_LT(crews_.count(), 1000);
    EXPECT_EQ(askers_.count(), 0);
    const int before = crews_.count();
    EXPECT_TRUE(crew_.collect().value().empty());
    EXPECT_EQ(crews_.count(), before);
}

TEST_F(SigningCrewTest, EndsWithWorkLeft) {
    ask(0, 100);
}

}  // namespace
}  // namespace counterfoil::crypto
