#include "firmware/devices/customer_display.h"

#include <poll.h>

#include <algorithm>

#include "firmware/core/base/check.h"

namespace counterfoil::devices {

using base::Bytes;
using base::CodePage;

namespace {

constexpr std::uint8_t kEsc = 0x1b;
constexpr std::uint8_t kUs = 0x1f;
constexpr std::uint8_t kHome = 0x0b;
constexpr std::uint8_t kClear = 0x0c;

constexpr std::array kInitialise{kEsc, std::uint8_t{'@'}};
constexpr std::array kOverwrite{kUs, std::uint8_t{0x01}};
constexpr std::array kCursorOff{kUs, std::uint8_t{'C'}, std::uint8_t{0}};
constexpr std::array kCountryUsa{kEsc, std::uint8_t{'R'}, std::uint8_t{0}};
constexpr std::array kCodePage{kEsc, std::uint8_t{'t'}};

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

// The text without its first `count` characters.
std::string_view behind(std::string_view text, std::size_t count) {
    while (count > 0 && !text.empty()) {
        text.remove_prefix(1);
        while (!text.empty() && !begins_character(text.front())) text.remove_prefix(1);
        --count;
    }
    return text;
}

std::string from_left(std::string_view text) {
    text.remove_suffix(behind(text, kDisplayColumns).size());
    return std::string(text) + std::string(kDisplayColumns - count_characters(text), ' ');
}

std::string from_right(std::string_view text) {
    const std::size_t count = count_characters(text);
    if (count >= kDisplayColumns) return std::string(behind(text, count - kDisplayColumns));
    return std::string(kDisplayColumns - count, ' ') + std::string(text);
}

void append(Bytes& bytes, base::ByteView more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
}

}  // namespace

DisplayRows display_rows(std::string_view top, std::string_view bottom) {
    return {from_left(top), from_left(bottom)};
}

DisplayRows display_amount(std::string_view top, std::string_view amount) {
    return {from_left(top), from_right(amount)};
}

Bytes to_display(const DisplayRows& rows, const std::vector<DisplayPage>& pages) {
    CF_CHECK(!pages.empty());
    std::vector<CodePage> names;
    for (const DisplayPage& page : pages) names.push_back(page.page);
    Bytes bytes;
    for (const base::ByteView command : {base::ByteView(kInitialise), base::ByteView(kOverwrite),
                                         base::ByteView(kCursorOff), base::ByteView(kCountryUsa)})
        append(bytes, command);
    bytes.insert(bytes.end(), {kClear, kHome});
    // The lower row goes on where the upper one ends: there is nothing to move.
    std::optional<CodePage> selected;
    for (const base::PageRun& run : base::to_page_runs(rows[0] + rows[1], names, names.front())) {
        if (run.page != selected) {
            append(bytes, kCodePage);
            bytes.push_back(std::ranges::find(pages, run.page, &DisplayPage::page)->number);
            selected = run.page;
        }
        append(bytes, base::as_bytes(run.bytes));
    }
    return bytes;
}

CustomerDisplay::CustomerDisplay(Channel channel, std::vector<DisplayPage> pages,
                                 const base::Clock& clock)
    : channel_(std::move(channel)), pages_(std::move(pages)), clock_(clock) {
    show(display_rows("", ""));
}

void CustomerDisplay::show(const DisplayRows& rows) {
    for (const std::string& row : rows) CF_CHECK(count_characters(row) == kDisplayColumns);
    shown_ = to_display(rows, pages_);
    is_changed_ = true;
}

short CustomerDisplay::awaited() const {
    return static_cast<short>(is_changed_ || sent_ < sending_.size() ? POLLIN | POLLOUT : POLLIN);
}

std::int64_t CustomerDisplay::due_ms() const {
    return is_away() ? due_ms_ : clock_.steady_ms() + kRetryMs;
}

void CustomerDisplay::work() {
    if (channel_.state() == Channel::State::away) reach();
    if (channel_.state() == Channel::State::opening)
        if (const auto settled = channel_.settle(); !settled.ok()) leave(settled.error().line());
    if (channel_.state() != Channel::State::open) return;
    std::array<std::uint8_t, 64> room{};
    // It has nothing to say; but reading tells when it is gone.
    if (const auto got = channel_.read(room); !got.ok()) return leave(got.error().line());
    send();
}

void CustomerDisplay::reach() {
    const std::int64_t now_ms = clock_.steady_ms();
    if (now_ms < due_ms_) return;
    due_ms_ = now_ms + kRetryMs;
    if (const auto opened = channel_.open(); !opened.ok()) return leave(opened.error().line());
    trouble_.clear();
    sending_.clear();
    sent_ = 0;
    is_changed_ = true;
}

void CustomerDisplay::send() {
    // A picture is sent whole, because one begun within another's command would be garbage.
    if (sent_ == sending_.size()) {
        if (!is_changed_) return;
        sending_ = shown_;
        sent_ = 0;
        is_changed_ = false;
    }
    const auto taken = channel_.write(base::ByteView(sending_).subspan(sent_));
    if (!taken.ok()) return leave(taken.error().line());
    sent_ += taken.value();
}

void CustomerDisplay::leave(const std::string& trouble) {
    channel_.drop();
    trouble_ = trouble;
    due_ms_ = clock_.steady_ms() + kRetryMs;
}

}  // namespace counterfoil::devices
