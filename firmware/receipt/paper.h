#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace counterfoil::receipt {

// A line as it is to be printed; a strong one in bold or double height, as the printer can.
struct Line {
    std::string text;
    bool strong = false;

    bool operator==(const Line&) const = default;
};

// How many characters the text shows: code points of UTF-8, each one column wide.
int columns_of(std::string_view text);

// Paper of so many columns, on which lines are set. No line is ever wider than the paper: a text
// that does not fit goes on in the next line, broken between words where that can be.
class Paper {
  public:
    static constexpr int kNarrowest = 24;

    explicit Paper(int columns);

    Paper& centred(std::string_view text, bool strong = false);
    Paper& left(std::string_view text, int indent = 0);
    // A text on the left and an amount on the right; the amount is never broken.
    Paper& pair(std::string_view label, std::string_view amount, bool strong = false);
    Paper& rule();

    const std::vector<Line>& lines() const { return lines_; }

  private:
    void add(std::string text, bool strong = false);
    std::vector<std::string> broken(std::string_view text, int columns) const;

    int columns_;
    std::vector<Line> lines_;
};

}  // namespace counterfoil::receipt
