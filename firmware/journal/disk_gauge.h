#pragma once

#include <cstdint>
#include <filesystem>

#include "firmware/core/base/result.h"

namespace counterfoil::journal {

// How full the disk is, as a till must act on it.
enum class DiskLevel {
    plenty,
    filling,      // from 70 %: tell the manager
    nearly_full,  // from 85 %: tell everybody
    stop,         // from 95 %: no more sales; what is left is for closing the day and exporting
};

// How full a disk is.
class DiskGauge {
  public:
    virtual ~DiskGauge() = default;
    virtual base::Result<int> used_permille() const = 0;
    virtual base::Result<std::int64_t> free_bytes() const = 0;
};

class FileSystemGauge final : public DiskGauge {
  public:
    // The disk that the folder lies on.
    explicit FileSystemGauge(std::filesystem::path folder) : folder_(std::move(folder)) {}

    base::Result<int> used_permille() const override;
    base::Result<std::int64_t> free_bytes() const override;

  private:
    std::filesystem::path folder_;
};

DiskLevel disk_level(int used_permille);

}  // namespace counterfoil::journal
