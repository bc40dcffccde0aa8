#pragma once

#include <string>
#include <string_view>

#include "daemon/aggregator/api/request_figures.h"

namespace counterfoil::aggregator {

// Figures as Prometheus reads them, each with what it means; names without their "counterfoil_".
class FigureText {
  public:
    void counter(std::string_view name, std::string_view help, std::uint64_t value);
    void gauge(std::string_view name, std::string_view help, std::uint64_t value);
    // One figure of several, told apart by a label: begins with what they mean.
    void begin(std::string_view name, std::string_view kind, std::string_view help);
    void labelled(std::string_view name, std::string_view labels, std::uint64_t value);
    // One of a histogram's kinds, in seconds.
    void latencies(std::string_view name, std::string_view label, const api::Latencies& latencies);

    const std::string& text() const { return text_; }

  private:
    std::string text_;
};

}  // namespace counterfoil::aggregator
