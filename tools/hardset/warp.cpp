#include "tools/hardset/warp.h"

#include <algorithm>
#include <cmath>

#include "firmware/core/base/check.h"

namespace counterfoil::tool {

using vision::GreyImage;

namespace {

constexpr int kFewestSamples = 2;
constexpr int kMostSamples = 6;

// A point of a line under a homography, before the division: it moves by a constant a step.
struct Ray {
    double x;
    double y;
    double w;
};

Ray ray_at(const Homography& homography, double x, double y) {
    const auto& m = homography.matrix();
    return {m[0] * x + m[1] * y + m[2], m[3] * x + m[4] * y + m[5], m[6] * x + m[7] * y + m[8]};
}

// The bilinear sample at a place that lies within the picture.
float sample(const GreyImage& picture, double x, double y) {
    const float fx = std::max(0.0F, static_cast<float>(x) - 0.5F);
    const float fy = std::max(0.0F, static_cast<float>(y) - 0.5F);
    const int left = std::min(static_cast<int>(fx), picture.width - 1);
    const int top = std::min(static_cast<int>(fy), picture.height - 1);
    const int right = std::min(left + 1, picture.width - 1);
    const int bottom = std::min(top + 1, picture.height - 1);
    const float ax = fx - static_cast<float>(left);
    const float ay = fy - static_cast<float>(top);
    const std::uint8_t* upper =
        &picture.pixels[static_cast<std::size_t>(top) * static_cast<std::size_t>(picture.width)];
    const std::uint8_t* lower =
        &picture.pixels[static_cast<std::size_t>(bottom) * static_cast<std::size_t>(picture.width)];
    const float above =
        static_cast<float>(upper[left]) * (1 - ax) + static_cast<float>(upper[right]) * ax;
    const float below =
        static_cast<float>(lower[left]) * (1 - ax) + static_cast<float>(lower[right]) * ax;
    return above * (1 - ay) + below * ay;
}

// What the samples within one row of pixels have brought together.
struct Gathered {
    float sum = 0;
    float count = 0;
};

void gather(const GreyImage& picture, Ray ray, const Ray& step, int samples,
            std::vector<Gathered>& row) {
    const double width = picture.width;
    const double height = picture.height;
    for (Gathered& pixel : row) {
        for (int i = 0; i < samples; ++i) {
            // Behind the eye there is nothing to see.
            if (ray.w > 0) {
                const double x = ray.x / ray.w;
                const double y = ray.y / ray.w;
                if (x >= 0 && x < width && y >= 0 && y < height) {
                    pixel.sum += sample(picture, x, y);
                    pixel.count += 1;
                }
            }
            ray = {ray.x + step.x, ray.y + step.y, ray.w + step.w};
        }
    }
}

void blend(const std::vector<Gathered>& row, float samples, std::uint8_t* pixels) {
    for (const Gathered& pixel : row) {
        const float covered = pixel.count / samples;
        const float below = static_cast<float>(*pixels) * (1 - covered);
        *pixels++ = static_cast<std::uint8_t>(pixel.sum / samples + below + 0.5F);
    }
}

int samples_for(const GreyImage& picture, const Homography& placement, const Homography& back) {
    double longest = 0;
    for (const Point corner : mapped_corners(placement, picture.width, picture.height)) {
        const Point step = back.step_at(corner);
        longest = std::max({longest, step.x, step.y});
    }
    return std::clamp(static_cast<int>(std::ceil(longest)), kFewestSamples, kMostSamples);
}

}  // namespace

Homography Homography::moved(double x, double y) {
    return Homography({1, 0, x, 0, 1, y, 0, 0, 1});
}

Homography Homography::scaled(double factor) {
    return Homography({factor, 0, 0, 0, factor, 0, 0, 0, 1});
}

Homography Homography::turned(double radians) {
    const double c = std::cos(radians);
    const double s = std::sin(radians);
    return Homography({c, -s, 0, s, c, 0, 0, 0, 1});
}

Homography Homography::tilted(double yaw, double pitch, double distance) {
    CF_CHECK(distance > 0);
    const double cy = std::cos(yaw);
    const double sy = std::sin(yaw);
    const double cp = std::cos(pitch);
    const double sp = std::sin(pitch);
    return Homography({cy, sp * sy, 0, 0, cp, 0, -sy / distance, sp * cy / distance, 1});
}

Homography Homography::after(const Homography& first) const {
    std::array<double, 9> product{};
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column)
            for (std::size_t i = 0; i < 3; ++i)
                product[row * 3 + column] += matrix_[row * 3 + i] * first.matrix_[i * 3 + column];
    return Homography(product);
}

Homography Homography::inverse() const {
    const auto& m = matrix_;
    std::array<double, 9> adjoint{
        m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
        m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
        m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
    const double determinant = m[0] * adjoint[0] + m[1] * adjoint[3] + m[2] * adjoint[6];
    CF_CHECK(determinant != 0);
    for (double& value : adjoint) value /= determinant;
    return Homography(adjoint);
}

Point Homography::map(Point point) const {
    const Ray ray = ray_at(*this, point.x, point.y);
    return {ray.x / ray.w, ray.y / ray.w};
}

Point Homography::step_at(Point point) const {
    const Point here = map(point);
    const Point right = map({point.x + 1, point.y});
    const Point down = map({point.x, point.y + 1});
    return {std::hypot(right.x - here.x, right.y - here.y),
            std::hypot(down.x - here.x, down.y - here.y)};
}

std::array<Point, 4> mapped_corners(const Homography& homography, double width, double height) {
    return {homography.map({0, 0}), homography.map({width, 0}), homography.map({width, height}),
            homography.map({0, height})};
}

Box box_around(const std::array<Point, 4>& points) {
    Box box{points[0], points[0]};
    for (const Point point : points) {
        box.low = {std::min(box.low.x, point.x), std::min(box.low.y, point.y)};
        box.high = {std::max(box.high.x, point.x), std::max(box.high.y, point.y)};
    }
    return box;
}

void draw(const GreyImage& picture, const Homography& placement, GreyImage& canvas) {
    const Homography back = placement.inverse();
    const int samples = samples_for(picture, placement, back);
    const Box box = box_around(mapped_corners(placement, picture.width, picture.height));
    const int left = static_cast<int>(std::clamp<double>(box.low.x, 0, canvas.width));
    const int right = static_cast<int>(std::clamp<double>(box.high.x + 1, left, canvas.width));
    const int top = static_cast<int>(std::clamp<double>(box.low.y, 0, canvas.height));
    const int bottom = static_cast<int>(std::clamp<double>(box.high.y + 1, top, canvas.height));
    const double distance = 1.0 / samples;
    const auto& m = back.matrix();
    const Ray step{m[0] * distance, m[3] * distance, m[6] * distance};
    std::vector<Gathered> row;
    for (int y = top; y < bottom; ++y) {
        row.assign(static_cast<std::size_t>(right - left), Gathered{});
        for (int i = 0; i < samples; ++i) {
            const Ray ray = ray_at(back, left + distance / 2, y + (i + 0.5) * distance);
            gather(picture, ray, step, samples, row);
        }
        const auto start = static_cast<std::size_t>(y) * static_cast<std::size_t>(canvas.width) +
                           static_cast<std::size_t>(left);
        blend(row, static_cast<float>(samples * samples), canvas.pixels.data() + start);
    }
}

}  // namespace counterfoil::tool
