#include "daemon/aggregator/figure_text.h"

namespace counterfoil::aggregator {
namespace {

constexpr std::string_view kPrefix = "counterfoil_";
constexpr std::uint64_t kMicroseconds = 1'000'000;

// "0.025": at most six digits behind the point, and no more than it takes.
std::string seconds(std::uint64_t microseconds) {
    std::string rest = std::to_string(microseconds % kMicroseconds + kMicroseconds).substr(1);
    while (rest.ends_with('0')) rest.pop_back();
    return std::to_string(microseconds / kMicroseconds) + (rest.empty() ? "" : "." + rest);
}

}  // namespace

void FigureText::begin(std::string_view name, std::string_view kind, std::string_view help) {
    const std::string full = std::string(kPrefix).append(name);
    text_.append("# HELP ").append(full).append(" ").append(help);
    text_.append("\n# TYPE ").append(full).append(" ").append(kind).append("\n");
}

void FigureText::labelled(std::string_view name, std::string_view labels, std::uint64_t value) {
    text_.append(kPrefix).append(name);
    if (!labels.empty()) text_.append("{").append(labels).append("}");
    text_.append(" ").append(std::to_string(value)).append("\n");
}

void FigureText::counter(std::string_view name, std::string_view help, std::uint64_t value) {
    begin(name, "counter", help);
    labelled(name, "", value);
}

void FigureText::gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    begin(name, "gauge", help);
    labelled(name, "", value);
}

void FigureText::latencies(std::string_view name, std::string_view label,
                           const api::Latencies& latencies) {
    constexpr std::uint64_t kInMillisecond = 1000;
    const std::string bucket = std::string(name) + "_bucket";
    const std::string with = std::string(label) + ",le=\"";
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < latencies.counts.size(); ++i) {
        count += latencies.counts[i];
        const bool is_last = i == api::Latencies::kBoundsMs.size();
        const std::string bound =
            is_last ? "+Inf"
                    : seconds(static_cast<std::uint64_t>(api::Latencies::kBoundsMs[i]) *
                              kInMillisecond);
        labelled(bucket, with + bound + "\"", count);
    }
    text_.append(kPrefix).append(name).append("_sum{").append(label).append("} ");
    text_.append(seconds(latencies.sum_us)).append("\n");
    labelled(std::string(name) + "_count", label, count);
}

}  // namespace counterfoil::aggregator
