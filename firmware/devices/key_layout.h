#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "firmware/core/base/result.h"

// What the keys of a keyboard mean. A keyboard wedge types the characters of a code as if it were a
// keyboard of some country; it must be read by the layout that it is set to.
namespace counterfoil::devices {

enum class KeyboardLayout {
    us,
    hungarian,  // QWERTZ, 102 keys (0 left of 1), no dead keys, as a scanner types it
};

// "us" and "hu".
std::optional<KeyboardLayout> layout_from_name(std::string_view name);

struct Modifiers {
    bool shift = false;
    bool alt_gr = false;
    bool control = false;
    bool caps_lock = false;
};

// The character of a key, in UTF-8; empty where it has none. `code` is a KEY_ number of Linux. Caps
// lock turns shift over for letters only. The keypad's digits need no num lock. Control has one
// character: GS, which parts the fields of a barcode, on the US keyboard's ] key, as wedges type
// it.
std::string_view key_character(KeyboardLayout layout, int code, const Modifiers& modifiers);

// A keyboard's event as the kernel tells it: see struct input_event.
struct KeyEvent {
    std::uint16_t type = 0;
    std::uint16_t code = 0;
    std::int32_t value = 0;  // of a key: 1 pressed, 2 repeated, 0 released
    std::int64_t time_ms = 0;
};

// The other way about, for simulations: the events of a wedge that types the text and Enter, each
// key pressed and released, `gap_ms` from one key to the next. invalid_argument where the layout
// lacks a character of it.
base::Result<std::vector<KeyEvent>> type_text(KeyboardLayout layout, std::string_view text,
                                              std::int64_t start_ms, std::int64_t gap_ms);

}  // namespace counterfoil::devices
