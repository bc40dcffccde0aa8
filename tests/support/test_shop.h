#pragma once

#include <memory>

#include "firmware/checkout/cash_desk.h"
#include "firmware/mirror/loader.h"
#include "tests/support/test_keys.h"

namespace counterfoil::test {

inline constexpr const char* kPin = "48151623";

// A till of store 3 in a burger shop, with everything that selling needs: a ledger, central data
// that came in a signed bundle, a desk, the merchant's keys. Anna is a manager, Béla a cashier;
// their PIN is kPin.
class TestShop {
  public:
    explicit TestShop(std::vector<mirror::Row> rows = default_rows());

    static std::vector<mirror::Row> default_rows();
    // Products 101 (Sajtburger, 1890, 5 %), 102 (Kifli, 290, 18 %), 103 (Szörp, 690, 27 %) and 104
    // (Saláta, 3490 a kilogram, 5 %).
    static std::int64_t gtin(int plu);
    // Members 1 to 9, of whom 1 has a phone, loyalty id CUST001, 500 points and a lease of 200.
    static base::Uuid member(int number);
    // Coupons of book 1 (1000 Ft off from 3000), 2 (10 % off burgers), 3 (50 points) and 4 (a
    // Szörp), none of them held by anybody; the till T01 has leased them.
    static mirror::Coupon coupon(int number, std::uint32_t book);
    static std::string code(int number);
    static mirror::Lease lease(std::int64_t quantity);
    static mirror::Setting policy(const std::string& name);

    // Puts other central data in the place of these.
    void load(const std::vector<mirror::Row>& rows, std::int64_t version, std::int64_t cursor = 0);
    // Opens everything anew, as a till does when it is started; through the SQLite VFS, where one
    // is named.
    void restart(const char* vfs = nullptr);
    // Lets go of everything, as a till does when it is stopped.
    void stop();
    // Without the PIN, which takes long to check.
    void sign_in(const std::string& staff);

    // A fresh code of the phone of member 1.
    std::string phone_code();
    std::string signed_coupon(token::Coupon coupon);
    void revoke(const token::CouponSerial& serial);

    checkout::CashDesk& desk() { return *desk_; }
    journal::Journal& journal() { return *journal_; }
    checkout::DeskFile& desk_file() { return *desk_file_; }
    checkout::Asked asked(const std::string& request = {}) const { return {"kiosk", request, {}}; }
    checkout::Asked approved(const std::string& request = {}) const {
        return {"kiosk", request, {checkout::Credentials{"anna", kPin}}};
    }
    static checkout::Basket basket(const std::vector<std::pair<int, int>>& pieces);

    TemporaryFolder folder;
    TestTill till;
    TestKeys keys;

  private:
    crypto::SigningKey bundles_;
    std::optional<journal::Journal> journal_;
    std::optional<mirror::Mirror> mirror_;
    std::optional<checkout::DeskFile> desk_file_;
    std::optional<checkout::Trust> trust_;
    std::unique_ptr<checkout::CashDesk> desk_;
    std::uint32_t shown_ = 0;
};

}  // namespace counterfoil::test
