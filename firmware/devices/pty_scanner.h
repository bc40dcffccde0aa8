#pragma once

#include "firmware/devices/line_scanner.h"

namespace counterfoil::devices {

// A pseudo-terminal of its own making, for simulations: each line that is written into it is a
// scan. A symbolic link leads to it for as long as the scanner lives. One that is there already is
// replaced in one step; anything else under that name is left alone, and the scanner stays away.
// As on a serial line, half a line waits for its other half, whoever writes that.
class PtyScanner final : public LineScanner {
  public:
    // The clock must outlive it.
    PtyScanner(std::string name, std::filesystem::path link, const base::Clock& clock);
    ~PtyScanner() override;
    PtyScanner(const PtyScanner&) = delete;
    PtyScanner& operator=(const PtyScanner&) = delete;

  private:
    base::Status set_up(int master);
    base::Status put_link();

    std::filesystem::path link_;
    std::filesystem::path terminal_;  // where the link leads
    // Kept open: while nobody has the terminal open, reading its other end fails and is always
    // reported.
    base::Descriptor held_;
};

}  // namespace counterfoil::devices
