#include "firmware/checkout/basket.h"

#include <gtest/gtest.h>

namespace counterfoil::checkout {
namespace {

Basket full_basket() {
    Basket basket;
    basket.id = "01934f00-0000-7000-8001-000000000007";
    basket.lines.push_back({"5991234000018", 2000, {}, {}, {}, "", ""});
    basket.lines.push_back({"104", 350, 2990, {}, 100, "anna", "Utolsó darab"});
    basket.member = BasketMember{base::Uuid{}, true, 2};
    basket.coupons = {"COUP-2026-7Q3K9DXW2M", std::string(366, 'A')};
    return basket;
}

TEST(Basket, ComesBackAsItWasPutAside) {
    for (const Basket& basket : {full_basket(), Basket{}}) {
        const auto text = write_basket(basket);
        ASSERT_TRUE(text.ok()) << text.error().line();
        const auto read = read_basket(text.value());
        ASSERT_TRUE(read.ok()) << read.error().line();
        EXPECT_EQ(read.value(), basket);
    }
}

TEST(Basket, RefusesWhatIsNotInItsForm) {
    const std::string good = write_basket(full_basket()).value();
    for (const std::string& wrong : std::vector<std::string>{
             "", "{}", "[]", R"({"id":"","lines":[{"code":"1","quantity_milli":0}],"coupons":[]})",
             R"({"id":"","lines":[],"coupons":[{"text":5}]})",
             R"({"id":"","lines":[],"coupons":[],"member":{"id":"x","proven":true,"tier":0}})",
             R"({"id":"","lines":[{"code":"1","quantity_milli":1000,"unit_minor":-5}],)"
             R"("coupons":[]})"})
        EXPECT_FALSE(read_basket(wrong).ok()) << wrong;
    // A line with a price of its own says who allowed it.
    std::string anonymous = good;
    const std::string by = R"(,"approved_by":"anna")";
    anonymous.erase(anonymous.find(by), by.size());
    EXPECT_FALSE(read_basket(anonymous).ok());
}

}  // namespace
}  // namespace counterfoil::checkout
