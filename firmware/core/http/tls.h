#pragma once

#include <filesystem>
#include <memory>

#include "firmware/core/base/result.h"

namespace counterfoil::http {

// What a server proves itself with to its clients, as PEM files: its certificate with those between
// it and a root that clients know, and its key, which only its owner may read.
class Tls {
  public:
    static base::Result<Tls> load(const std::filesystem::path& chain,
                                  const std::filesystem::path& key);
    Tls(Tls&&) noexcept;
    Tls& operator=(Tls&&) noexcept;
    ~Tls();

    // For the sources of this folder.
    struct Context;
    Context& context() { return *context_; }

  private:
    explicit Tls(std::unique_ptr<Context> context);

    std::unique_ptr<Context> context_;
};

}  // namespace counterfoil::http
