#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "firmware/checkout/paper_table.h"
#include "firmware/core/base/clock.h"
#include "firmware/core/sqlite/connection.h"
#include "firmware/core/sqlite/side_file.h"
#include "firmware/core/token/member.h"

namespace counterfoil::checkout {

inline constexpr std::size_t kMaxParked = 100;

// A basket that was put aside, as text.
struct ParkedBasket {
    std::string id;
    std::string label;
    std::string staff;
    base::WallTime at;
    std::string basket;  // JSON, see basket.h
};

// Who is signed in at a screen.
struct SignedIn {
    std::string staff;
    base::WallTime last_active;
    // What the screen proves itself by, hashed; empty where it need not.
    std::string proof;
};

// The request that changes something on a screen, and what it is answered. One without a key is not
// known when it is repeated.
struct ScreenEdit {
    std::string screen;
    std::string request;
    std::string answer;
};

// How often in a row somebody's PIN was wrong.
struct Trials {
    std::int64_t failures = 0;
    base::WallTime last;
};

// What lies on the counter and is no event: baskets put aside, who is signed in, whose PIN was
// wrong, which codes phones have shown, which papers are printed. It survives a power cut like the
// journal, and is worth nothing to anybody else. One thread at a time; it is the file's only
// writer.
class DeskFile {
  public:
    // Makes the file where there is none.
    static base::Result<DeskFile> open(const std::filesystem::path& database,
                                       const char* vfs = nullptr);

    // A basket with the same id takes the earlier one's place.
    base::Status park(const ParkedBasket& basket);
    base::Status forget_parked(std::string_view id);
    // What was thrown away is kept for a day without its content, so that a request which parked it
    // is known when it is repeated.
    base::Status drop_parked(std::string_view id, base::WallTime now);
    base::Result<std::optional<ParkedBasket>> find_parked(std::string_view id);
    // The oldest first; not those that were dropped.
    base::Result<std::vector<ParkedBasket>> all_parked();

    // The basket on a screen, as text; a screen has one. It is taken off every other screen.
    base::Status keep_basket(const ScreenEdit& edit, std::string_view id, std::string_view basket);
    base::Status forget_basket(const ScreenEdit& edit);
    base::Result<std::optional<std::string>> find_basket(std::string_view screen);
    base::Result<std::optional<std::string>> screen_of_basket(std::string_view id);

    // An edit of something else, so that it is known like one of a basket.
    base::Status remember(const ScreenEdit& edit);
    // What a request was answered, one of the last thousand.
    base::Result<std::optional<std::string>> find_edit(std::string_view screen,
                                                       std::string_view request);

    base::Status sign_in(std::string_view screen, const SignedIn& person);
    base::Status stay_signed_in(std::string_view screen, base::WallTime now);
    base::Status sign_out(std::string_view screen);
    base::Result<std::optional<SignedIn>> signed_in(std::string_view screen);

    base::Status set_trials(std::string_view staff, const Trials& trials);
    base::Result<Trials> trials(std::string_view staff);

    // What members' phones have shown, as long as it could be shown again.
    base::Status remember_shown(const crypto::CompressedKey& device, const token::Showing& showing);
    base::Status forget_shown(std::int64_t before_s);
    base::Status each_shown(
        const std::function<void(const crypto::CompressedKey&, const token::Showing&)>& visit);

    // Valid as long as the file, also when that is moved.
    PaperTable papers() { return PaperTable(*connection_); }

  private:
    // Both in the caller's transaction.
    base::Status put_edit(const ScreenEdit& edit);
    base::Status remove_basket(std::string_view screen);

    DeskFile(sqlite::WriterClaim claim, std::unique_ptr<sqlite::Connection> connection)
        : claim_(std::move(claim)), connection_(std::move(connection)) {}

    sqlite::WriterClaim claim_;
    std::unique_ptr<sqlite::Connection> connection_;
};

}  // namespace counterfoil::checkout
