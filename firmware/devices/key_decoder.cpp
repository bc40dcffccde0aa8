#include "firmware/devices/key_decoder.h"

#include <linux/input-event-codes.h>

#include <utility>

#include "firmware/devices/scanner.h"

namespace counterfoil::devices {
namespace {
constexpr int kReleased = 0;
constexpr int kPressed = 1;
// So long nobody waits between the characters of one code.
constexpr std::int64_t kPauseMs = 1000;
}  // namespace

std::optional<std::string> KeyDecoder::take(const KeyEvent& event) {
    if (event.type == EV_SYN) synchronise(event);
    // A key that repeats is held down by a person; a wedge presses it again.
    const bool is_change = event.value == kPressed || event.value == kReleased;
    if (is_lost_ || event.type != EV_KEY || !is_change) return {};
    if (const auto modifier = modifier_of(event.code)) {
        held_.*modifier = event.value == kPressed;
        return {};
    }
    if (event.value == kReleased) return {};
    const std::int64_t gap_ms = event.time_ms - last_key_ms_;
    last_key_ms_ = event.time_ms;
    // After a pause a new scan begins. A shorter gap within one means that keys were held up or
    // typed by a person; what follows could pass for a whole scan, and is not believed either.
    if (gap_ms > kPauseMs)
        drop();
    else if (gap_ms > settings_.most_gap_ms && !text_.empty())
        spoil();
    return press(event.code);
}

void KeyDecoder::synchronise(const KeyEvent& event) {
    if (event.code == SYN_REPORT) is_lost_ = false;
    if (event.code != SYN_DROPPED) return;
    is_lost_ = true;
    // Which keys were let go meanwhile is not known; a wedge holds none between characters.
    held_ = {};
    spoil();
    last_key_ms_ = event.time_ms;
}

std::optional<std::string> KeyDecoder::press(int code) {
    if (code == KEY_CAPSLOCK) {
        caps_lock_ = !caps_lock_;
        return {};
    }
    // Some wedges press it before the digits of the keypad, which are digits here anyway.
    if (code == KEY_NUMLOCK) return {};
    if (ends_scan(code)) return finish();
    add(character_of(code));
    return {};
}

bool KeyDecoder::ends_scan(int code) const {
    return code == KEY_ENTER || code == KEY_KPENTER || (settings_.tab_ends && code == KEY_TAB);
}

std::string_view KeyDecoder::character_of(int code) const {
    const bool control = held_.left_control || held_.right_control;
    // Control and Alt together are what keyboards without an AltGr key have for it.
    const bool is_alt_gr = held_.alt_gr || (control && held_.left_alt);
    const bool is_command = held_.left_meta || held_.right_meta || (held_.left_alt && !control);
    if (is_command) return {};
    const bool shift = held_.left_shift || held_.right_shift;
    return key_character(settings_.layout, code,
                         {shift, is_alt_gr, control && !is_alt_gr, caps_lock_});
}

void KeyDecoder::add(std::string_view character) {
    if (character.empty() || text_.size() + character.size() > kMaxScanBytes) spoil();
    if (!is_bad_) text_ += character;
}

void KeyDecoder::spoil() {
    is_bad_ = true;
    text_.clear();
}

void KeyDecoder::drop() {
    if (is_bad_ || !text_.empty()) ++dropped_;
    is_bad_ = false;
    text_.clear();
}

std::optional<std::string> KeyDecoder::finish() {
    if (is_bad_) drop();
    if (text_.empty()) return {};
    return std::exchange(text_, {});
}

void KeyDecoder::break_off() {
    drop();
    held_ = {};
    caps_lock_ = false;
    is_lost_ = false;
}

bool KeyDecoder::Held::*KeyDecoder::modifier_of(int code) {
    switch (code) {
        case KEY_LEFTSHIFT:
            return &Held::left_shift;
        case KEY_RIGHTSHIFT:
            return &Held::right_shift;
        case KEY_LEFTCTRL:
            return &Held::left_control;
        case KEY_RIGHTCTRL:
            return &Held::right_control;
        case KEY_LEFTALT:
            return &Held::left_alt;
        case KEY_RIGHTALT:
            return &Held::alt_gr;
        case KEY_LEFTMETA:
            return &Held::left_meta;
        case KEY_RIGHTMETA:
            return &Held::right_meta;
        default:
            return nullptr;
    }
}

}  // namespace counterfoil::devices
