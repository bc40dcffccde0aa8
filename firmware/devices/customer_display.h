#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "firmware/core/base/clock.h"
#include "firmware/core/base/code_page.h"
#include "firmware/devices/channel.h"

namespace counterfoil::devices {

inline constexpr int kDisplayColumns = 20;
inline constexpr int kDisplayRows = 2;

// What a customer reads; each row has exactly kDisplayColumns characters of UTF-8.
using DisplayRows = std::array<std::string, kDisplayRows>;

// Texts from the left, cut where they are too long, filled up with spaces.
DisplayRows display_rows(std::string_view top, std::string_view bottom);

// A text above, cut, and an amount below at the right: "Sajtburger", "1 890 Ft". Of an amount that
// is too long, the end is shown.
DisplayRows display_amount(std::string_view top, std::string_view amount);

// A code page and the number that the display knows it by.
struct DisplayPage {
    base::CodePage page;
    std::uint8_t number;
};

// The commands that show the rows, whatever was shown before. Pure. `pages` is not empty.
base::Bytes to_display(const DisplayRows& rows, const std::vector<DisplayPage>& pages);

// A display of two rows of twenty characters on a serial line, as most that speak the commands of
// Epson's. It shows what it was last told; what came between is never shown late. One that is away
// is tried again each second, and shows the same again when it is back. No call waits for it. All
// of it runs on the till's one loop thread.
class CustomerDisplay {
  public:
    // The clock must outlive it.
    CustomerDisplay(Channel channel, std::vector<DisplayPage> pages, const base::Clock& clock);

    void show(const DisplayRows& rows);

    // As of Printer.
    int descriptor() const { return channel_.descriptor(); }
    short awaited() const;
    std::int64_t due_ms() const;
    void work();

    bool is_away() const { return channel_.state() != Channel::State::open; }
    // Why it is away, in a sentence; empty while it is not.
    const std::string& trouble() const { return trouble_; }

  private:
    void reach();
    void send();
    void leave(const std::string& trouble);

    Channel channel_;
    std::vector<DisplayPage> pages_;
    const base::Clock& clock_;
    base::Bytes shown_;    // the whole picture that the display should have
    base::Bytes sending_;  // the one that is on its way, and how much of it was taken
    std::size_t sent_ = 0;
    bool is_changed_ = false;  // what should be shown is not what is on its way
    std::int64_t due_ms_ = 0;
    std::string trouble_;
};

}  // namespace counterfoil::devices
