#include "firmware/core/wire/topics.h"

#include <gtest/gtest.h>

#include <array>

namespace counterfoil::wire {
namespace {

class WireTopics : public testing::Test {
  protected:
    Topics topics_ = Topics::create("burger-hu").value();
};

TEST_F(WireTopics, AreTheFourThatTheFormatNames) {
    EXPECT_EQ(topics_.up(7, "T01"), "v1/burger-hu/up/7/T01");
    EXPECT_EQ(topics_.down("T01"), "v1/burger-hu/dn/T01");
    EXPECT_EQ(topics_.state("T01"), "v1/burger-hu/st/T01");
    EXPECT_EQ(topics_.manifest("trust_keys"), "v1/burger-hu/man/trust_keys");
}

TEST_F(WireTopics, AreReadBackAsTheyWereWritten) {
    const std::string longest(kMaxNameBytes, 'T');
    for (const std::string& name : {std::string("T01"), longest, std::string("a.b-c_D")}) {
        for (const std::uint16_t shard : std::array<std::uint16_t, 3>{0, 7, kShards - 1})
            EXPECT_EQ(topics_.read(topics_.up(shard, name)).value(),
                      (Topic{Channel::up, shard, name}));
        EXPECT_EQ(topics_.read(topics_.down(name)).value(), (Topic{Channel::down, 0, name}));
        EXPECT_EQ(topics_.read(topics_.state(name)).value(), (Topic{Channel::state, 0, name}));
    }
    EXPECT_EQ(topics_.read(topics_.manifest("trust")).value(),
              (Topic{Channel::manifest, 0, "trust"}));
}

TEST_F(WireTopics, RefuseEveryOtherText) {
    for (const char* topic : {"",
                              "v1",
                              "v1/burger-hu",
                              "v1/burger-hu/",
                              "v1/burger-hu/up",
                              "v1/burger-hu/up/",
                              "v1/burger-hu/up/7",
                              "v1/burger-hu/up/7/",
                              "v1/burger-hu/up//T01",
                              "v1/burger-hu/up/07/T01",
                              "v1/burger-hu/up/-1/T01",
                              "v1/burger-hu/up/+/T01",
                              "v1/burger-hu/up/1024/T01",
                              "v1/burger-hu/up/65543/T01",
                              "v1/burger-hu/up/x/T01",
                              "v1/burger-hu/up/7/+",
                              "v1/burger-hu/up/7/#",
                              "v1/burger-hu/up/7/T01/",
                              "v1/burger-hu/up/7/T01/x",
                              "v1/burger-hu/up/7/T 1",
                              "v1/burger-hu/up/7/T\n1",
                              "v1/burger-hu/dn/",
                              "v1/burger-hu/dn/+",
                              "v1/burger-hu/dn/T01/T02",
                              "v1/burger-hu/dn/7/T01",
                              "v1/burger-hu/st/#",
                              "v1/burger-hu/man/",
                              "v1/burger-hu/man/+",
                              "v1/burger-hu/man/Trust",
                              "v1/burger-hu/man/a.b",
                              "v1/burger-hu/xx/T01",
                              "v1/burger/dn/T01",
                              "v1/burger-hux/dn/T01",
                              "v1/+/dn/T01",
                              "v2/burger-hu/dn/T01",
                              "/v1/burger-hu/dn/T01",
                              "$share/g/v1/burger-hu/dn/T01"}) {
        const auto read = topics_.read(topic);
        ASSERT_FALSE(read.ok()) << topic;
        EXPECT_EQ(read.error().code(), base::Code::malformed) << topic;
    }
    EXPECT_FALSE(topics_.read("v1/burger-hu/dn/" + std::string(kMaxNameBytes + 1, 'T')).ok());
    EXPECT_FALSE(topics_.read(std::string("v1/burger-hu/dn/T\0x", 19)).ok());
}

TEST_F(WireTopics, FiltersTakeWhatTheyAreFor) {
    EXPECT_EQ(topics_.for_terminal("T01"),
              (std::vector<std::string>{"v1/burger-hu/dn/T01", "v1/burger-hu/man/+"}));
    EXPECT_EQ(topics_.all_shards(), "v1/burger-hu/up/+/+");
    EXPECT_EQ(topics_.one_shard(7), "v1/burger-hu/up/7/+");
    EXPECT_EQ(topics_.all_states(), "v1/burger-hu/st/+");
    EXPECT_EQ(shared_filter("ingest", topics_.all_shards()), "$share/ingest/v1/burger-hu/up/+/+");
}

TEST_F(WireTopics, NeverHoldANameThatIsNone) {
    for (const char* name : {"", "+", "#", "a/b", "T 1", "T01\n", "\xc3\xa1", "$x"}) {
        EXPECT_FALSE(Topics::create(name).ok()) << name;
        EXPECT_DEATH(topics_.up(0, name), "is_terminal_name") << name;
        EXPECT_DEATH(topics_.manifest(name), "is_class_name") << name;
        EXPECT_DEATH(shared_filter(name, "x"), "is_tenant_name") << name;
    }
    EXPECT_FALSE(Topics::create(std::string(kMaxNameBytes + 1, 'a')).ok());
    EXPECT_FALSE(Topics::create("Burger").ok());
    EXPECT_DEATH(topics_.one_shard(kShards), "kShards");
}

TEST_F(WireTopics, FitIntoTheirBoundAtTheirLongest) {
    const std::string longest(kMaxNameBytes, 'a');
    const auto topics = Topics::create(longest).value();
    EXPECT_LE(topics.up(kShards - 1, longest).size(), kMaxTopicBytes);
    EXPECT_LE(shared_filter(longest, topics.one_shard(kShards - 1)).size(), kMaxTopicBytes);
}

}  // namespace
}  // namespace counterfoil::wire
