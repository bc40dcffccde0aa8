#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "firmware/devices/key_layout.h"

namespace counterfoil::devices {

struct KeySettings {
    KeyboardLayout layout = KeyboardLayout::us;
    bool tab_ends = false;           // Tab ends a scan as Enter does
    std::int64_t most_gap_ms = 100;  // from one key of a scan to the next
};

// Makes whole scans of what a keyboard wedge types: characters, quickly, and Enter.
// Dropped whole and counted are: what was typed slowly, as people type, up to its Enter or a pause
// of a second; a scan with a key that has no character; one that is too long; and one of which the
// kernel lost events. After such a loss nothing is believed until the next Enter or pause, because
// what follows can be a scan's tail.
class KeyDecoder {
  public:
    explicit KeyDecoder(const KeySettings& settings) : settings_(settings) {}

    // The scan that the event ends, if it does.
    std::optional<std::string> take(const KeyEvent& event);

    // The keyboard is gone, and with it what was typed by halves and held down.
    void break_off();

    std::int64_t dropped() const { return dropped_; }

  private:
    struct Held {
        bool left_shift = false;
        bool right_shift = false;
        bool left_control = false;
        bool right_control = false;
        bool left_alt = false;
        bool alt_gr = false;
        bool left_meta = false;
        bool right_meta = false;
    };

    static bool Held::*modifier_of(int code);
    void synchronise(const KeyEvent& event);
    std::optional<std::string> press(int code);
    bool ends_scan(int code) const;
    void add(std::string_view character);
    void spoil();
    void drop();
    std::optional<std::string> finish();
    std::string_view character_of(int code) const;

    KeySettings settings_;
    Held held_;
    bool caps_lock_ = false;
    bool is_lost_ = false;  // events are missing; the next SYN_REPORT ends the gap
    bool is_bad_ = false;   // what was typed so far is no scan
    std::string text_;
    std::int64_t last_key_ms_ = 0;
    std::int64_t dropped_ = 0;
};

}  // namespace counterfoil::devices
