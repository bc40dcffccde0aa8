#include "firmware/core/ledger/event.h"

#include <gtest/gtest.h>

#include "firmware/core/base/coding.h"
#include "tests/support/made_ledger.h"

namespace counterfoil::ledger {
namespace {

std::string some_event() {
    return test::MadeLedger(3).events()[2].bytes;
}

TEST(Event, IsReadBackAsItWasWritten) {
    Envelope envelope;
    envelope.terminal = "T-01.a_b";
    envelope.epoch = 3;
    envelope.seq = 9007199254740992;
    envelope.at = test::kMorning;
    envelope.mono_ms = 12;
    envelope.shift = "S1";
    envelope.type = EventType::void_sale;
    const std::string body = "{\"receipt\":5,\"name\":\"Őszibarack \\\"x\\\"\"}";
    const auto bytes = write_event(envelope, body);
    ASSERT_TRUE(bytes.ok());
    const auto event = read_event(bytes.value());
    ASSERT_TRUE(event.ok()) << event.error().line();
    EXPECT_EQ(event.value().terminal, "T-01.a_b");
    EXPECT_EQ(event.value().epoch, 3);
    EXPECT_EQ(event.value().seq, 9007199254740992);
    EXPECT_EQ(event.value().shift, "S1");
    EXPECT_EQ(event.value().staff, "");
    EXPECT_EQ(event.value().type, "void");
    EXPECT_EQ(event.value().body, body);
}

TEST(Event, RefusesEveryOtherForm) {
    const std::string good = some_event();
    ASSERT_TRUE(read_event(good).ok());
    const auto refused = [&good](const std::string& what, const std::string& by) {
        std::string bad = good;
        const std::size_t at = bad.find(what);
        EXPECT_NE(at, std::string::npos) << what;
        bad.replace(at, what.size(), by);
        EXPECT_FALSE(read_event(bad).ok()) << bad;
    };
    refused("{\"v\":1", "{ \"v\":1");
    refused("{\"v\":1", "{\"v\":01");
    refused("{\"v\":1", "{\"v\":0");
    refused("{\"v\":1", "{\"v\":-1");
    refused("{\"v\":1", "{\"v\":1.0");
    refused("{\"v\":1", "{\"v\":\"1\"");
    refused("\"T01\"", "\"T 01\"");
    refused("\"T01\"", "\"\"");
    refused("\"T01\"", "\"T\\u0030\"");
    refused("\"epoch\":1", "\"epoch\":0");
    refused("\"seq\":3", "\"seq\":9007199254740993");
    refused("\"seq\":3", "\"seq\":99999999999999999999");
    refused("\"prev\":\"", "\"prev\":\"0");
    refused("2026-11-21T", "2026-11-31T");
    refused("2026-11-21T", "\x1b[2J-11-21T");
    refused("\"boot\":\"", "\"boot\":\"g");
    refused("\"shift\":null", "\"shift\":\"\"");
    refused("\"shift\":null", "\"shift\":nul");
    refused("drawer_opened", "Drawer");
    refused("\"body\":{", "\"body\":[");
    refused("\"reason\":\"2\"", "\"reason\":\t\"2\"");
    refused("\"reason\":\"2\"", "\"reason\":\"2\",");
    EXPECT_FALSE(read_event(good + " ").ok());
    EXPECT_FALSE(read_event(good + "}").ok());
    EXPECT_FALSE(read_event("").ok());
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(read_event(std::string_view(good).substr(0, size)).ok());
}

TEST(Event, IsReadWithTheBodiesThatAreWanted) {
    const std::string bytes = some_event();
    const auto with = read_event(bytes, [](const EventView& event) { return event.seq == 3; });
    ASSERT_TRUE(with.ok() && with.value().body);
    EXPECT_EQ(with.value().body->root().text("reason").value(), "2");
    EXPECT_EQ(with.value().view.body, read_event(bytes).value().body);
    const auto without = read_event(bytes, [](const EventView& event) { return event.seq != 3; });
    ASSERT_TRUE(without.ok());
    EXPECT_FALSE(without.value().body);
}

TEST(Event, IsTakenOrNotWhetherItsBodyIsWantedOrNot) {
    const std::string good = some_event();
    const std::string part = "\"reason\":\"2\"";
    const std::size_t at = good.find(part);
    ASSERT_NE(at, std::string::npos);
    const auto taken = [&](const std::string& by, bool is_wanted) {
        std::string changed = good;
        changed.replace(at, part.size(), by);
        const WantsBody all = [](const EventView&) { return true; };
        const WantsBody none = [](const EventView&) { return false; };
        const auto event = read_event(changed, is_wanted ? all : none);
        EXPECT_EQ(event.ok(), read_event(changed).ok()) << by;
        return event.ok();
    };
    for (const bool is_wanted : {true, false}) {
        EXPECT_TRUE(taken(part, is_wanted));
        EXPECT_TRUE(taken(part + "," + part, is_wanted)) << "a name twice";
        EXPECT_FALSE(taken(part + ",", is_wanted));
        EXPECT_FALSE(taken("\"reason\":9007199254740993", is_wanted));
        EXPECT_FALSE(taken("\"reason\":\"\xff\"", is_wanted));
    }
}

TEST(Event, HasABound) {
    Envelope envelope;
    envelope.terminal = "T01";
    const std::string body = "{\"r\":\"" + std::string(kMaxEventBytes, 'x') + "\"}";
    EXPECT_EQ(write_event(envelope, body).error().code(), base::Code::too_large);
    EXPECT_EQ(read_event(std::string(kMaxEventBytes + 1, 'x')).error().code(),
              base::Code::too_large);
}

TEST(Event, KnowsEveryTypeByItsName) {
    for (std::size_t i = 0; i < kEventTypes; ++i) {
        const auto type = static_cast<EventType>(i);
        EXPECT_EQ(type_from_name(type_name(type)), type);
    }
    EXPECT_FALSE(type_from_name("teleported"));
}

}  // namespace
}  // namespace counterfoil::ledger
