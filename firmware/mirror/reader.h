#pragma once

#include <filesystem>
#include <memory>

#include "firmware/core/sqlite/connection.h"
#include "firmware/mirror/rows.h"

namespace counterfoil::mirror {

// The central data as the till sees it. It never changes a byte of the database. Each call sees the
// content of one moment: a load that ends between two calls is seen by the second. What is not
// there is an empty answer and no error. One thread at a time.
class Mirror {
  public:
    // not_found where nothing was ever loaded.
    static base::Result<Mirror> open(const std::filesystem::path& database,
                                     const char* vfs = nullptr);
    Mirror(Mirror&&) noexcept;
    Mirror& operator=(Mirror&&) noexcept;
    ~Mirror();

    base::Result<Meta> meta();

    base::Result<std::optional<Member>> find_member_by_id(const base::Uuid& id);
    base::Result<std::optional<Member>> find_member_by_loyalty_id(std::string_view loyalty_id);
    base::Result<std::optional<Member>> find_member_by_phone_hash(const crypto::Digest& hash);

    base::Result<std::optional<Coupon>> find_coupon_by_serial(const token::CouponSerial& serial);
    base::Result<std::optional<Coupon>> find_coupon_by_code(std::string_view code);

    base::Result<std::optional<Book>> find_book(std::uint32_t number);

    base::Result<std::optional<Product>> find_product_by_gtin(std::int64_t gtin);
    base::Result<std::optional<Product>> find_product_by_plu(std::int64_t plu);
    // By name.
    base::Result<std::vector<Product>> products_in(std::string_view category);
    base::Result<std::vector<std::string>> categories();

    base::Result<std::optional<Staff>> find_staff(std::string_view id);
    base::Result<std::vector<Staff>> all_staff();

    // The setting's JSON text.
    base::Result<std::optional<std::string>> setting(std::string_view name);

    // What the member with this phone has in `phone_hash`, see phone.h. malformed where it is no
    // phone number, not_found where the merchant has set no salt.
    base::Result<crypto::Digest> phone_hash(std::string_view phone);

  private:
    struct State;
    explicit Mirror(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace counterfoil::mirror
