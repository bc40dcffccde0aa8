#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "tests/bench/centre_stock.h"
#include "tests/bench/child_process.h"

namespace counterfoil::bench {

// By which the tokens of the bench are signed, HS256.
inline constexpr const char* kTokenSecret = "a secret of the bench, of more than 32 letters";

// An administrator's, good for a day.
std::string token_for(const std::string& account);

// A centre with members, as a program of its own.
class BenchCentre {
  public:
    // The folder is made and filled where it is not there yet. Without a PostgreSQL database, the
    // store is a file in it.
    BenchCentre(std::filesystem::path folder, std::string postgres, const CentreStock& stock);

    std::uint16_t port() const { return port_; }
    const std::string& token() const { return token_; }
    std::filesystem::path database_file() const { return folder_ / "centre.db"; }

  private:
    void start();
    std::unique_ptr<store::Database> database() const;
    std::string administrator() const;

    std::filesystem::path folder_;
    std::string postgres_;
    std::optional<ChildProcess> process_;
    std::uint16_t port_ = 0;
    std::string token_;
};

}  // namespace counterfoil::bench
