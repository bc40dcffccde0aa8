#pragma once

#include <gtest/gtest.h>
// GoogleTest has to be known before the properties are.
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

namespace counterfoil::test {

inline constexpr int kPropertyCases = 1000;

// For properties whose cases open databases: under the sanitizers, each takes many times as long,
// and the same cases run without them, too.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr int kCostlyCases = kPropertyCases / 4;
#else
inline constexpr int kCostlyCases = kPropertyCases;
#endif
#else
inline constexpr int kCostlyCases = kPropertyCases;
#endif

// Numbers and elements of a made-up case, to be drawn within expect_always(). Each is as likely as
// any other from the first case on; the library's own ranges begin narrow and would mostly make
// cases in which nothing happens.
template <class Number>
Number draw(Number least, Number bound) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(least, bound));
}
template <class T>
T draw_of(const std::vector<T>& elements) {
    return elements[draw<std::size_t>(0, elements.size())];
}
inline bool one_in(int chances) {
    return draw(0, chances) == chances - 1;
}

// Tries a property on many made-up cases. A failure prints the smallest case that was found and the
// seed; RC_PARAMS="seed=N" in the environment runs the very same cases again.
template <class Property>
void expect_always(Property&& property, int cases = kPropertyCases) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = std::max(params.maxSuccess, cases);
    const auto result = rc::detail::checkTestable(std::forward<Property>(property),
                                                  rc::detail::TestMetadata{}, params);
    std::ostringstream story;
    rc::detail::printResultMessage(result, story);
    EXPECT_TRUE(result.template is<rc::detail::SuccessResult>())
        << story.str() << "\nRC_PARAMS=\"seed=" << params.seed << "\"";
}

}  // namespace counterfoil::test
