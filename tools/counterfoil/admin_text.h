#pragma once

#include <string>
#include <string_view>
#include <vector>

// Tables for people at a terminal. Texts come from strangers: what would steer the terminal is
// shown as a question mark.
namespace counterfoil::tool {

// How many columns of a terminal the text takes, which is UTF-8: none for a mark that stands above
// the letter before it, two for the letters of East Asia.
std::size_t shown_width(std::string_view text);

// The text, without what steers terminals; cut to the width, with an ellipsis at its end, where one
// is said.
std::string shown(std::string_view text, std::size_t width = 0);

struct AdminCell {
    std::string text;
    bool is_number = false;  // stands at the right
};

// Lines of aligned columns, two spaces between them; nothing behind the last one, which alone is
// shown whole, however long it is.
class AdminGrid {
  public:
    explicit AdminGrid(std::vector<std::string> headings);

    // As many cells as there are headings.
    void add(std::vector<AdminCell> cells);
    std::string text() const;

  private:
    std::vector<std::vector<AdminCell>> rows_;
};

}  // namespace counterfoil::tool
