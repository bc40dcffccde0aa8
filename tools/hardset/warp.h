#pragma once

#include <array>

#include "firmware/vision/frame.h"

namespace counterfoil::tool {

struct Point {
    double x = 0;
    double y = 0;
};

// How one plane is seen on another: what a pinhole camera does to a flat label. Places are measured
// in pixels from the picture's upper left corner, so that a pixel's centre is at a half.
class Homography {
  public:
    // Leaves every point where it is.
    Homography() = default;

    static Homography moved(double x, double y);
    static Homography scaled(double factor);
    static Homography turned(double radians);

    // The plane turned out of the picture about its vertical axis (yaw) and its horizontal one
    // (pitch), around the origin, and seen from `distance` before it.
    static Homography tilted(double yaw, double pitch, double distance);

    // This one done after another.
    Homography after(const Homography& first) const;

    // The way back; the homography must not flatten the plane into a line.
    Homography inverse() const;

    Point map(Point point) const;

    // Numerators and denominator of map(): x = (0, 1, 2) / (6, 7, 8), y = (3, 4, 5) / (6, 7, 8).
    const std::array<double, 9>& matrix() const { return matrix_; }

    // How long a step of one to the right, and of one down, becomes at a point.
    Point step_at(Point point) const;

  private:
    explicit Homography(const std::array<double, 9>& matrix) : matrix_(matrix) {}

    std::array<double, 9> matrix_{1, 0, 0, 0, 1, 0, 0, 0, 1};
};

// The corners of a rectangle from the origin, mapped: upper left, upper right, lower right, lower
// left.
std::array<Point, 4> mapped_corners(const Homography& homography, double width, double height);

// The smallest upright rectangle around points.
struct Box {
    Point low;
    Point high;
};
Box box_around(const std::array<Point, 4>& points);

// Draws a picture over the canvas, cut where the canvas ends. Samples are bilinear, and as many to
// a pixel as the picture shrinks, so that what becomes small is averaged and edges are smooth.
void draw(const vision::GreyImage& picture, const Homography& placement, vision::GreyImage& canvas);

}  // namespace counterfoil::tool
