#include "tests/daemon/aggregator/own_centre.h"

// The interface over real HTTP, by a clock that the test sets.
namespace counterfoil::aggregator {
namespace {

using Answer = OwnCentre::Answer;
using Person = OwnCentre::Person;

constexpr std::int64_t kMinuteMs = 60'000;

class InterfaceTest : public testing::TestWithParam<store::Dialect> {};
INSTANTIATE_TEST_SUITE_P(On, InterfaceTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

class LockTest : public InterfaceTest {
  protected:
    std::string coupon_of(const Person& owner) {
        const Answer book = centre_.post("/api/v1/books", centre_.admin(),
                                         R"({"name":"Summer","pattern":{"length":12}})");
        CF_CHECK(book.status == 201);
        CF_CHECK(centre_
                     .post("/api/v1/books/" + book.text("id") + "/generate", centre_.admin(),
                           R"({"count":1})")
                     .status == 201);
        const Answer given = centre_.post(
            "/api/v1/coupons/assign", centre_.admin(),
            R"({"book_id":")" + book.text("id") + R"(","user_id":")" + owner.id + R"("})");
        CF_CHECK(given.status == 200);
        return given.text("code");
    }
    Answer lock(const std::string& code, const Person& by) {
        return centre_.post("/api/v1/coupons/lock/" + code, by.token);
    }
    Answer redeem(const std::string& code, const Person& by) {
        return centre_.post("/api/v1/coupons/redeem/" + code, by.token);
    }

    OwnCentre centre_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(On, LockTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(LockTest, HoldsAgainstOthersForFiveMinutesToTheMillisecond) {
    const Person anna = centre_.person("ANNA1");
    const Person clerk = centre_.person("CLERK1", true);
    const std::string code = coupon_of(anna);
    ASSERT_EQ(lock(code, anna).status, 200);
    const auto is_kept_out = [&] {
        const Answer again = lock(code, clerk);
        const Answer used = redeem(code, clerk);
        EXPECT_EQ(again.status, 423) << again.body;
        EXPECT_EQ(again.text("error_code"), "ALREADY_LOCKED");
        EXPECT_EQ(again.text("detail"), "Already locked");
        EXPECT_EQ(used.status, 423) << used.body;
        EXPECT_EQ(used.text("error_code"), "COUPON_LOCKED");
        EXPECT_EQ(used.text("detail"), "Cannot redeem LOCKED coupon");
    };
    is_kept_out();
    centre_.clock().advance(5 * kMinuteMs - 1);
    is_kept_out();
    EXPECT_EQ(centre_.get("/api/v1/coupons/" + code, clerk.token).text("state"), "LOCKED");
    centre_.clock().advance(1);
    EXPECT_EQ(centre_.get("/api/v1/coupons/" + code, clerk.token).text("state"), "ASSIGNED");
    const Answer locked = lock(code, clerk);
    EXPECT_EQ(locked.status, 200) << locked.body;
    EXPECT_EQ(locked.text("locked_by"), clerk.id);
    // Its owner is one of the others now.
    EXPECT_EQ(redeem(code, anna).status, 423);
    EXPECT_EQ(redeem(code, clerk).status, 200);
}

TEST_P(LockTest, IsOpenedByWhoHoldsItAndByTimeAlone) {
    const Person anna = centre_.person("ANNA1");
    const Person clerk = centre_.person("CLERK1", true);
    const std::string code = coupon_of(anna);
    ASSERT_EQ(lock(code, anna).status, 200);
    EXPECT_EQ(centre_.post("/api/v1/coupons/unlock/" + code, clerk.token).status, 423);
    EXPECT_EQ(centre_.post("/api/v1/coupons/unlock/" + code, anna.token).status, 200);
    ASSERT_EQ(lock(code, clerk).status, 200);
    centre_.clock().advance(5 * kMinuteMs);
    EXPECT_EQ(redeem(code, anna).status, 200);
}

TEST_P(InterfaceTest, ATokenEndsToTheSecond) {
    OwnCentre centre(GetParam());
    ASSERT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    centre.clock().advance(15 * kMinuteMs - 1000);
    EXPECT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    centre.clock().advance(1000);
    const Answer over = centre.get("/api/auth/me", centre.admin());
    EXPECT_EQ(over.status, 401);
    EXPECT_EQ(over.text("error_code"), "TOKEN_EXPIRED");
}

TEST_P(InterfaceTest, WhoAskedTooOftenMayAgainWhenTimeHasPassed) {
    FrontOptions front = OwnCentre::freely();
    front.limits.requests_per_minute = 3;
    OwnCentre centre(GetParam(), front);
    const auto me = [&] { return centre.get("/api/auth/me", centre.admin()); };
    for (int i = 0; i < 3; ++i) EXPECT_EQ(me().status, 200);
    const Answer limited = me();
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(limited.headers.find("Retry-After"), "20");
    centre.clock().advance(kMinuteMs / 3 - 1);
    EXPECT_EQ(me().status, 429);
    centre.clock().advance(1);
    EXPECT_EQ(me().status, 200);
    EXPECT_EQ(me().status, 429);
}

class HeadTest : public testing::Test {
  protected:
    static void expect_ended(const std::string& answer, int status, const std::string& code) {
        EXPECT_EQ(http::status_of(answer), status) << answer;
        EXPECT_NE(answer.find("\r\nConnection: close\r\n"), std::string::npos) << answer;
        EXPECT_NE(answer.find("\"" + code + "\""), std::string::npos) << answer;
        EXPECT_NE(answer.find("\r\nX-Request-Id: "), std::string::npos) << answer;
    }
    static constexpr std::size_t kLarge = 8'000'000;
    static constexpr const char* kMembers = "/api/imports/members";
};

TEST_F(HeadTest, ALargeBodyIsNotReadForWhoMayNotSendIt) {
    OwnCentre centre(store::Dialect::sqlite);
    const Person anna = centre.person("ANNA1");
    for (const std::string path :
         {kMembers, "/api/imports/browser-data", "/api/v1/books/x/codes"}) {
        expect_ended(centre.answer_to_head(path, "", 1'000'000), 401, "TOKEN_MISSING");
        expect_ended(centre.answer_to_head(path, "x", 1'000'000), 401, "TOKEN_INVALID");
        expect_ended(centre.answer_to_head(path, anna.token, 1'000'000), 403, "ADMIN_REQUIRED");
        // Nobody sends anything before the head was judged, who asks whether to.
        const std::string asked =
            centre.answer_to_head(path, anna.token, 1'000'000, "Expect: 100-continue\r\n");
        expect_ended(asked, 403, "ADMIN_REQUIRED");
    }
    expect_ended(centre.answer_to_head(kMembers, anna.token, kLarge), 403, "ADMIN_REQUIRED");
}

TEST_F(HeadTest, ARoleChangesAtOnceForTokensOfBefore) {
    OwnCentre centre(store::Dialect::sqlite);
    const Person anna = centre.person("ANNA1");
    const auto make = [&](const std::string& role) {
        const Answer made = centre.ask(http::Method::patch, "/api/v1/users/" + anna.id,
                                       centre.admin(), R"({"role":")" + role + R"("})");
        EXPECT_EQ(made.status, 200) << made.body;
    };
    const auto imported = [&] {
        return centre
            .ask(http::Method::post, std::string(kMembers) + "?dry_run=true", anna.token,
                 "loyalty_id,name\r\nM1,Anna\r\n", "text/csv")
            .status;
    };
    EXPECT_EQ(imported(), 403);
    make("ADMIN");
    EXPECT_EQ(imported(), 202);
    centre.restart();
    EXPECT_EQ(imported(), 202);
    make("USER");
    expect_ended(centre.answer_to_head(kMembers, anna.token, kLarge), 403, "ADMIN_REQUIRED");
    // One whose token itself says that he is one.
    const Person clerk = centre.person("CLERK1", true);
    EXPECT_EQ(centre
                  .ask(http::Method::patch, "/api/v1/users/" + clerk.id, centre.admin(),
                       R"({"role":"USER"})")
                  .status,
              200);
    expect_ended(centre.answer_to_head(kMembers, clerk.token, kLarge), 403, "ADMIN_REQUIRED");
}

TEST_F(HeadTest, WhoMaySendsItAllAndIsAnswered) {
    OwnCentre centre(store::Dialect::sqlite);
    std::string table = "loyalty_id,name\r\n";
    while (table.size() < 1'000'000) table += "M" + std::to_string(table.size()) + ",Anna\r\n";
    const Answer dry = centre.ask(http::Method::post, std::string(kMembers) + "?dry_run=true",
                                  centre.admin(), table, "text/csv");
    EXPECT_EQ(dry.status, 202) << dry.body;
    const std::string over = centre.answer_to_head(kMembers, centre.admin(), 9'000'000);
    EXPECT_EQ(http::status_of(over), 413) << over;
}

TEST_F(HeadTest, WhoAsksTooOftenSendsNoLargeBodyEither) {
    FrontOptions front = OwnCentre::freely();
    front.limits.requests_per_minute = 2;
    OwnCentre centre(store::Dialect::sqlite, front);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    expect_ended(centre.answer_to_head(kMembers, centre.admin(), kLarge), 429, "TOO_MANY_REQUESTS");
    // To be looked at costs nothing: what is left is the same.
    centre.clock().advance(kMinuteMs);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    EXPECT_EQ(centre.get("/api/auth/me", centre.admin()).status, 429);
}

TEST_F(HeadTest, WhoSendsBadTokensIsSlowedDownAndNobodyElse) {
    FrontOptions front = OwnCentre::freely();
    front.limits.requests_per_minute = 5;
    OwnCentre centre(store::Dialect::sqlite, front);
    ASSERT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    std::vector<int> got;
    for (int i = 0; i < 7; ++i)
        got.push_back(centre.get("/api/auth/me", "bad" + std::to_string(i)).status);
    EXPECT_EQ(got, (std::vector<int>{401, 401, 401, 401, 401, 429, 429}));
    expect_ended(centre.answer_to_head(kMembers, "bad", kLarge), 429, "TOO_MANY_REQUESTS");
    // Of the same address, whose token is known to be good.
    EXPECT_EQ(centre.get("/api/auth/me", centre.admin()).status, 200);
    centre.clock().advance(kMinuteMs);
    EXPECT_EQ(centre.get("/api/auth/me", "bad").status, 401);
}

TEST_P(InterfaceTest, EachRequestIsALineThatSaysNothingOfWhoItIsAbout) {
    OwnCentre centre(GetParam());
    const Person anna = centre.person("ANNA1");
    centre.get("/api/v1/users/search/by-email?email=secret@example.com", centre.admin());
    centre.get("/api/customers/" + anna.id, anna.token);
    centre.answer_to_head("/api/imports/members", anna.token, 1000);
    const std::string said = centre.said();
    EXPECT_NE(said.find(R"("method":"GET","route":"/api/v1/users/search/by-email","status":404)"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find(R"("route":"/api/customers/{id}","status":200)"), std::string::npos);
    EXPECT_NE(said.find(R"("account":")" + anna.id), std::string::npos);
    EXPECT_NE(said.find(R"("route":"/api/imports/members","status":403)"), std::string::npos);
    for (const std::string secret : {"example.com", "ANNA1", "Anna"})
        EXPECT_EQ(said.find(secret), std::string::npos) << said;
}

TEST_P(InterfaceTest, NoRequestIsLoggedWhereNoneIsWanted) {
    FrontOptions front = OwnCentre::freely();
    front.limits.log_lines_per_second = 0;
    OwnCentre centre(GetParam(), front);
    EXPECT_EQ(centre.said().find("\"event\":\"request\""), std::string::npos);
}

}  // namespace
}  // namespace counterfoil::aggregator
