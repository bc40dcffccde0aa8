#pragma once

#include <array>
#include <string>

namespace counterfoil::vision {

struct Point {
    int x = 0;
    int y = 0;
    bool operator==(const Point&) const = default;
};

// A code in a picture.
struct Found {
    std::string text;                // UTF-8; never empty
    std::string format;              // "QRCode", "EAN-13", ...
    std::array<Point, 4> corners{};  // clockwise from the code's own top left

    bool operator==(const Found&) const = default;
};

}  // namespace counterfoil::vision
