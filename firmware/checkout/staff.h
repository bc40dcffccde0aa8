#pragma once

#include <map>
#include <optional>
#include <string>

#include "firmware/checkout/desk_file.h"
#include "firmware/checkout/fault.h"
#include "firmware/checkout/settings.h"

namespace counterfoil::checkout {

// What somebody can want to do at a till.
enum class Act : std::uint8_t {
    sell,
    refund,
    refund_otherwise,  // in another kind of tender than it was paid in
    reprint,
    train,
    spend_points,
    open_drawer,
    override_price,
    void_sale,
    open_shift,
    close_shift,
    report,
    move_cash,
};
inline constexpr std::size_t kActs = static_cast<std::size_t>(Act::move_cash) + 1;

// The act's stable name, as the setting cashier_may has it: "open_shift".
std::string_view act_name(Act act);
// A cashier sells, takes back, prints once more, trains, turns points into coupons and opens the
// drawer; the rest is a manager's, unless the merchant's settings say otherwise.
bool is_for_cashiers(Act act, const ShopSettings& settings);

// Somebody's name and PIN, for what is asked just now.
struct Credentials {
    std::string staff;
    std::string pin;
};

// Who allows it beside the one who is signed in: by name and PIN, or somebody whose PIN was checked
// for this very call.
struct Approver {
    std::optional<Credentials> credentials = {};
    std::string checked = {};

    bool is_there() const { return credentials || !checked.empty(); }
};

// In whose name something is done, and who allowed it: the same person, or a manager beside.
struct Authority {
    std::string staff;
    std::string approved_by;
};

// Who may do what. Five wrong PINs in a row lock their owner out for half a minute, and each
// further one for twice as long, up to a quarter of an hour; that is kept across a restart. Who
// does nothing for a while is signed out. All that it is given must outlive it. One thread.
class StaffDesk {
  public:
    StaffDesk(mirror::Mirror& mirror, DeskFile& file, const base::Clock& clock)
        : mirror_(mirror), file_(file), clock_(clock) {}

    // Takes about a third of a second, as long as a PIN's hash takes.
    Outcome<mirror::Staff> sign_in(const std::string& screen, const Credentials& credentials);

    // The same in three steps, for a caller who checks the PIN against Staff::pin_hash on another
    // thread meanwhile. begin() counts the trial before the PIN is looked at, so that pulling the
    // plug in between wins nothing; end() says what became of it.
    Outcome<mirror::Staff> begin(const std::string& staff);
    Outcome<void> end(const mirror::Staff& person, bool matches);
    // `proof`: what the screen will prove itself by, hashed; empty where it need not.
    Outcome<void> let_in(const std::string& screen, const std::string& staff,
                         const std::string& proof = {});
    // Whether that is the proof which the screen was let in with.
    Outcome<bool> proves(const std::string& screen, const std::string& proof);
    // How long nobody may try this one's PIN any more.
    Outcome<std::int64_t> locked_ms(const std::string& staff);
    Outcome<void> sign_out(const std::string& screen);
    // Nobody where nobody signed in, or did nothing for too long. Asking is doing nothing.
    Outcome<std::optional<mirror::Staff>> signed_in(const std::string& screen,
                                                    const ShopSettings& settings);

    // Whoever works at the screen does something; not_signed_in where nobody does.
    Outcome<void> touch(const std::string& screen, const ShopSettings& settings);

    // not_signed_in, or manager_needed where it takes a manager and none approves.
    Outcome<Authority> authorise(const std::string& screen, Act act, const ShopSettings& settings,
                                 const Approver& approver);

    // For what no setting gives to cashiers: whoever is signed in is a manager, or one approves.
    Outcome<Authority> manage(const std::string& screen, const ShopSettings& settings,
                              const Approver& approver);

  private:
    Outcome<void> stay(const std::string& screen, const ShopSettings& settings);
    Outcome<mirror::Staff> check(const Credentials& credentials);
    Outcome<mirror::Staff> check(const Approver& approver);
    std::int64_t wait_ms(const Trials& trials) const;

    mirror::Mirror& mirror_;
    DeskFile& file_;
    const base::Clock& clock_;
    std::map<std::string, base::WallTime> last_active_;  // where it is newer than the file
};

}  // namespace counterfoil::checkout
