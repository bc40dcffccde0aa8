#include "daemon/aggregator/ingest/judgements.h"

#include <gtest/gtest.h>

#include <set>

#include "daemon/aggregator/ingest/reception.h"
#include "tests/daemon/aggregator/ingest/centre.h"

namespace counterfoil::ingest {
namespace {

using Texts = std::vector<std::string>;

constexpr std::int64_t kMinuteMs = 60'000;

class JudgementsTest : public testing::Test {
  protected:
    Judgements::Tell tell() {
        return [this](const Judgement& one) {
            EXPECT_FALSE(one.sentence.empty());
            told_.push_back(one.terminal + " " + std::string(judged_name(one.judged)));
        };
    }
    Texts told() { return std::exchange(told_, {}); }

    Texts told_;
};

TEST_F(JudgementsTest, AreToldOnceUntilItWasNotSoForAnHour) {
    Judgements judgements(tell());
    const auto see = [&](Judged judged, std::int64_t minute) {
        judgements.note("T1", judged, "why");
        judgements.tell(minute * kMinuteMs);
        return told();
    };
    EXPECT_EQ(see(Judged::fork, 0), Texts{"T1 fork"});
    EXPECT_EQ(see(Judged::frozen, 1), Texts{"T1 frozen"});
    for (std::int64_t minute = 2; minute < 200; minute += 59)
        EXPECT_EQ(see(Judged::frozen, minute), Texts()) << minute;
    EXPECT_EQ(see(Judged::fork, 200), Texts{"T1 fork"});
    judgements.note("T1", Judged::clone, "why");
    judgements.forget();
    judgements.tell(201 * kMinuteMs);
    EXPECT_EQ(told(), Texts()) << "it was not so";
}

TEST_F(JudgementsTest, OfACrowdAreToldABitAtATimeAndNoneIsLost) {
    Judgements judgements(tell());
    std::set<std::string> all;
    for (std::int64_t minute = 1; minute < 12; ++minute) {
        for (int again = 0; again < 3; ++again)
            for (int i = 0; i < 500; ++i)
                judgements.note("T" + std::to_string(i), Judged::behind, "why");
        judgements.tell(minute * kMinuteMs);
        const Texts now = told();
        EXPECT_LE(now.size(), 60u);
        for (const std::string& one : now) EXPECT_TRUE(all.insert(one).second) << one;
    }
    EXPECT_EQ(all.size(), 500u);
}

// What a terminal does, and what is told of it.
class JudgedTest : public JudgementsTest {
  protected:
    void take(const std::string& terminal, const std::string& payload) {
        const std::vector<Incoming> one{{terminal, payload}};
        ASSERT_TRUE(reception_.take(one).ok());
    }
    std::string batch(std::size_t terminal, std::int64_t from, std::int64_t to) {
        return wire::write(wire::Batch{fleet_.batch(terminal, from, to)});
    }
    wire::Hello hello(std::int64_t seq) {
        wire::Hello hello;
        hello.terminal = "T1";
        hello.cursor = {1, seq, crypto::Digest{1}};
        hello.incarnation = fleet_.ledgers()[0].incarnation();
        hello.software = "1.0";
        return hello;
    }

    test::Fleet fleet_{2, 20, 7};
    Centre centre_{fleet_};
    test::TestTill key_{99, "centre"};
    base::SettableClock clock_{test::kMorning};
    Reception reception_ = Reception::open({centre_.database(), key_.key, clock_, tell()}).value();
};

TEST_F(JudgedTest, HonestTerminalsAreNotTalkedOf) {
    take("T1", batch(0, 1, 20));
    take("T1", batch(0, 1, 20));
    take("T2", batch(1, 5, 6));
    wire::Hello whole = hello(20);
    whole.cursor.head = fleet_.ledgers()[0].head();
    take("T1", wire::write(whole));
    wire::Heartbeat beat;
    beat.terminal = "T1";
    beat.cursor = whole.cursor;
    beat.at = test::kMorning;
    take("T1", wire::write(beat));
    EXPECT_EQ(told(), Texts());
}

TEST_F(JudgedTest, EachIsToldOnceWhateverComes) {
    take("T1", batch(0, 1, 20));
    const auto thrice = [&](const std::string& payload) {
        for (int i = 0; i < 3; ++i) take("T1", payload);
        return told();
    };
    EXPECT_EQ(thrice("rubbish"), Texts{"T1 quarantined"});
    EXPECT_EQ(thrice(wire::write(hello(20))), Texts{"T1 clone"});
    EXPECT_EQ(thrice(wire::write(hello(5))), Texts{"T1 behind"});
    wire::Heartbeat beat;
    beat.terminal = "T1";
    beat.cursor = {1, 3, crypto::Digest{1}};
    beat.at = test::kMorning;
    EXPECT_EQ(thrice(wire::write(beat)), Texts()) << "the same";
    const test::MadeLedger other(9, "T1", 7);
    const auto forked = ledger::write_batch("T1", 1, 1, ledger::kNoEvent, other.events());
    EXPECT_EQ(thrice(wire::write(wire::Batch{forked.bytes})), (Texts{"T1 fork", "T1 frozen"}));
    take("stranger", "rubbish");
    EXPECT_EQ(told(), Texts()) << "nobody has introduced it";
}

TEST_F(JudgedTest, WhatCouldNotBeWrittenIsToldWhenItIs) {
    ASSERT_TRUE(centre_.database().execute("ALTER TABLE quarantine RENAME TO away").ok());
    const std::string poison = wire::write(wire::Batch{"no batch"});
    const std::vector<Incoming> one{{"T2", poison}};
    ASSERT_FALSE(reception_.take(one).ok());
    take("T1", batch(0, 1, 20));
    EXPECT_EQ(told(), Texts());
    ASSERT_TRUE(centre_.database().execute("ALTER TABLE away RENAME TO quarantine").ok());
    take("T2", poison);
    EXPECT_EQ(told(), Texts{"T2 quarantined"});
}

}  // namespace
}  // namespace counterfoil::ingest
