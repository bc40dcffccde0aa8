#include "tests/daemon/aggregator/services/book_shop.h"

namespace counterfoil::services {
namespace {

using loyalty::CouponState;

std::size_t at(CouponState state) {
    return static_cast<std::size_t>(state);
}

INSTANTIATE_TEST_SUITE_P(Stores, BookTest,
                         testing::Values(store::Dialect::sqlite, store::Dialect::postgres),
                         store::DialectName());

TEST_P(BookTest, CodesFollowThePatternAndAreAllDifferent) {
    constexpr std::int64_t kCodes = 3000;  // more than one event holds
    const std::string book = shop_.book(BookShop::plain(), kCodes);
    const auto page =
        find_coupons(shop_.database(), {book, "", {}}, {0, kCodes}, shop_.clock().now()).value();
    EXPECT_EQ(page.total, kCodes);
    std::set<std::string> codes;
    for (const Coupon& coupon : page.coupons) {
        EXPECT_TRUE(coupon.code.starts_with("SUM-") && coupon.code.ends_with("-26"));
        EXPECT_EQ(coupon.code.size(), 17U);
        EXPECT_EQ(coupon.place, static_cast<std::int64_t>(codes.size()) + 1);
        codes.insert(coupon.code);
    }
    EXPECT_EQ(codes.size(), static_cast<std::size_t>(kCodes));
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(BookTest, CodesThatCanBeGuessedAreRefused) {
    Book weak = BookShop::plain();
    for (const auto& [length, charset, code] :
         std::vector<std::tuple<std::int64_t, std::string, std::string>>{
             {9, weak.pattern.charset, "PATTERN_TOO_WEAK"},
             {10, weak.pattern.charset, ""},
             {15, "0123456789", "PATTERN_TOO_WEAK"},
             {16, "0123456789", ""},
             {64, "0", "PATTERN_TOO_WEAK"},
             {50, "01", ""}}) {
        weak.pattern.length = length;
        weak.pattern.charset = charset;
        EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return create_book(desk, weak); })), code)
            << length << " of " << charset;
    }
}

TEST_P(BookTest, WhatIsWrongInAnUploadIsToldByItsLine) {
    Book fresh;
    fresh.name = "Uploaded";
    const std::string book = shop_.book(fresh);
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return generate_codes(desk, book, 1); })),
              "CODES_UPLOADED_ONLY");
    const auto upload = [&](std::string_view text) {
        const auto lines = code_lines(text);
        return shop_.act([&](Desk& desk) { return add_codes(desk, book, lines); }).value();
    };
    const AddedCodes first = upload(
        "\xEF\xBB\xBF"
        "Code;note\r\nFIRST-1;x\r\n\r\n\"SECOND-2\"\n"
        "FIRST-1\nbad code\nshort\nűnicode-code\nTHIRD-3");
    EXPECT_EQ(first.added, 3);
    EXPECT_EQ(first.rejected, 4);
    std::vector<std::int64_t> lines;
    for (const RejectedLine& line : first.lines) lines.push_back(line.line);
    EXPECT_EQ(lines, (std::vector<std::int64_t>{5, 6, 7, 8}));
    EXPECT_EQ(first.lines[0].reason.english, "the same code stands above");
    const AddedCodes again = upload("THIRD-3\nFOURTH-4\n");
    EXPECT_EQ(again.added, 1);
    EXPECT_EQ(again.lines.front().reason.english, "a coupon has this code already");
    EXPECT_EQ(again.book.codes, 4);
    EXPECT_EQ(shop_.coupon("FOURTH-4").place, 4);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(BookTest, TheLimitsOfAssignmentsAndRedemptionsAreTwo) {
    Book fresh = BookShop::plain();
    fresh.is_multiple = true;
    fresh.uses = loyalty::kMaxUses;
    fresh.max_assignments = 5;
    fresh.max_redemptions = 3;
    const std::string book = shop_.book(fresh, 20);
    std::vector<std::string> codes;
    for (int i = 0; i < 5; ++i) codes.push_back(shop_.assign(book, alice_).value().code);
    const auto sixth = shop_.assign(book, alice_);
    ASSERT_EQ(code_of(sixth), "MAXIMUM_ASSIGNMENTS_EXCEEDED");
    EXPECT_EQ(sixth.error().sentence.english, "Maximum assignments exceeded (5/5)");
    EXPECT_TRUE(shop_.assign(book, bob_).ok()) << "others are not concerned";

    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, codes[0], alice_)), "");
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, codes[0], alice_)), "");
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, codes[1], alice_)), "");
    const auto fourth = shop_.deed(redeem_coupon, codes[2], alice_);
    ASSERT_EQ(code_of(fourth), "MAXIMUM_REDEMPTIONS_EXCEEDED");
    EXPECT_EQ(fourth.error().sentence.english, "Maximum redemptions exceeded (3/3)");
    EXPECT_EQ(shop_.coupon(codes[0]).status.state, CouponState::assigned);
    const auto history = redemptions_of_account(shop_.database(), alice_, {}).value();
    EXPECT_EQ(history.total, 3);
    EXPECT_EQ(history.redemptions.front().code, codes[1]);
    EXPECT_EQ(history.redemptions.front().account, alice_);
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(BookTest, AnyCouponIsAssignedUntilNoneIsLeft) {
    constexpr int kCodes = 40;
    const std::string book = shop_.book(BookShop::plain(), kCodes);
    std::set<std::string> codes;
    std::vector<std::int64_t> places;
    for (int i = 0; i < kCodes; ++i) {
        const Coupon coupon = shop_.assign(book, alice_).value();
        codes.insert(coupon.code);
        places.push_back(coupon.place);
    }
    EXPECT_EQ(codes.size(), std::size_t{kCodes});
    EXPECT_FALSE(std::ranges::is_sorted(places));
    const auto none = shop_.assign(book, bob_);
    ASSERT_EQ(code_of(none), "COUPON_NOT_AVAILABLE");
    EXPECT_EQ(none.error().sentence.english, "Coupon not available");
    const std::string& code = *codes.begin();
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return assign_code(desk, code, bob_); })),
              "COUPON_NOT_AVAILABLE");
    EXPECT_EQ(code_of(shop_.act([&](Desk& desk) { return assign_code(desk, code, "x"); })),
              "USER_NOT_FOUND");
}

TEST_P(BookTest, ALockHoldsFiveMinutesAgainstAllButItsOwner) {
    const std::string book = shop_.book(BookShop::plain(), 2);
    const std::string code = shop_.assign(book, alice_).value().code;
    ASSERT_EQ(code_of(shop_.deed(lock_coupon, code, alice_)), "");
    const auto locked = shop_.deed(redeem_coupon, code, boss_, true);
    ASSERT_EQ(code_of(locked), "COUPON_LOCKED");
    EXPECT_EQ(locked.error().status, 423);
    EXPECT_EQ(shop_.deed(redeem_coupon, code, bob_).error().status, 423);
    EXPECT_EQ(code_of(shop_.deed(lock_coupon, code, alice_)), "ALREADY_LOCKED");
    EXPECT_EQ(code_of(shop_.deed(unlock_coupon, code, boss_, true)), "LOCK_NOT_YOURS");
    EXPECT_EQ(code_of(shop_.deed(unlock_coupon, code, alice_)), "");
    ASSERT_EQ(code_of(shop_.deed(lock_coupon, code, boss_, true)), "");
    const std::int64_t locked_ms = shop_.clock().now().unix_ms;
    shop_.clock().set({locked_ms + loyalty::kLockMs - 20});
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, code, alice_)), "COUPON_LOCKED");
    EXPECT_EQ(shop_.counts(book)[at(CouponState::locked)], 1);
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, code, alice_)), "") << "from then on it is over";
    EXPECT_EQ(shop_.differing(), std::vector<std::string>());
}

TEST_P(BookTest, NobodyButItsHolderOrAnAdminMovesACoupon) {
    const std::string book = shop_.book(BookShop::plain(), 2);
    const std::string code = shop_.assign(book, alice_).value().code;
    for (const auto deed : {redeem_coupon, lock_coupon, unlock_coupon})
        EXPECT_EQ(code_of(shop_.deed(deed, code, bob_)), "NOT_YOURS");
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, code, boss_, true)), "");
    for (const auto& [deed, refusal] : std::vector<std::pair<BookShop::Deed, std::string>>{
             {redeem_coupon, "TERMINAL_STATE"}, {lock_coupon, "INVALID_TRANSITION"}})
        EXPECT_EQ(code_of(shop_.deed(deed, code, alice_)), refusal);
    EXPECT_EQ(redemptions_of_coupon(shop_.database(), shop_.coupon(code).id, {})
                  .value()
                  .redemptions.front()
                  .account,
              alice_);
}

TEST_P(BookTest, ABookRunsOutButNotFromUnderALock) {
    Book fresh = BookShop::plain();
    fresh.expires_ms = shop_.clock().now().unix_ms + 60'000;
    const std::string book = shop_.book(fresh, 3);
    const std::string held = shop_.assign(book, alice_).value().code;
    const std::string locked = shop_.assign(book, alice_).value().code;
    ASSERT_TRUE(shop_.deed(lock_coupon, locked, alice_).ok());
    shop_.clock().set({*fresh.expires_ms - 1});
    EXPECT_EQ(shop_.coupon(held).status.state, CouponState::assigned);
    shop_.clock().advance(1);
    EXPECT_EQ(code_of(shop_.assign(book, bob_)), "COUPON_NOT_AVAILABLE");
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, held, alice_)), "TERMINAL_STATE");
    EXPECT_EQ(shop_.counts(book)[at(CouponState::expired)], 2);
    EXPECT_EQ(
        find_coupons(shop_.database(), {book, "", CouponState::expired}, {}, shop_.clock().now())
            .value()
            .total,
        2);
    EXPECT_EQ(code_of(shop_.deed(redeem_coupon, locked, alice_)), "");
}

TEST_P(BookTest, OfManyWhoRedeemAtOnceOneDoes) {
    constexpr int kTogether = 64;
    const std::string book = shop_.book(BookShop::plain(), 1);
    const std::string code = shop_.assign(book, alice_).value().code;
    Clerk clerk(shop_.world(), [] {});
    std::vector<std::string> answers;
    const auto ask = [&](std::int64_t arrived_ms) {
        const Actor actor{alice_, false, arrived_ms};
        clerk.ask({alice_,
                   [&code, actor](Desk& desk) -> Clerk::Answer {
                       CF_TRY(redeem_coupon(desk, code, actor));
                       return std::string("done");
                   },
                   [&](const Clerk::Answer& answer) {
                       answers.push_back(answer.ok() ? answer.value() : answer.error().code);
                   }});
    };
    for (int i = 0; i < kTogether; ++i) ask(shop_.clock().now().unix_ms);
    shop_.clock().advance(5);
    clerk.work();
    EXPECT_EQ(std::ranges::count(answers, "done"), 1);
    EXPECT_EQ(std::ranges::count(answers, "CONCURRENT_REDEMPTION"), kTogether - 1);
    answers.clear();
    shop_.clock().advance(5);
    ask(shop_.clock().now().unix_ms);
    clerk.work();
    EXPECT_EQ(answers, std::vector<std::string>{"TERMINAL_STATE"}) << "who comes later, was not";
    EXPECT_EQ(
        redemptions_of_account(shop_.database(), alice_, {}).value().redemptions[0].redeemed_by,
        alice_);
}

TEST_P(BookTest, BooksAreFoundByAPartOfTheirNames) {
    for (const char* name : {"Summer Sale 2026", "VIP 100% Rewards", "Winter_sale"}) {
        Book fresh = BookShop::plain();
        fresh.name = name;
        fresh.is_multiple = std::string_view(name).starts_with("VIP");
        shop_.book(fresh);
    }
    const auto found = [&](const BookFilter& filter) {
        return list_books(shop_.database(), filter, {}, shop_.clock().now()).value().total;
    };
    EXPECT_EQ(found({}), 3);
    EXPECT_EQ(found({"SALE", {}, {}}), 2);
    EXPECT_EQ(found({"r_s", {}, {}}), 1) << "a sign is only itself";
    EXPECT_EQ(found({"0%", {}, {}}), 1);
    EXPECT_EQ(found({"", true, {}}), 1);
    EXPECT_EQ(found({"sale", true, {}}), 0);
    EXPECT_EQ(found({"", {}, true}), 0);
}

}  // namespace
}  // namespace counterfoil::services
