#pragma once

#include <filesystem>
#include <memory>

#include "firmware/core/base/result.h"

namespace counterfoil::http {

// Whom a client believes: a server over TLS has to show a certificate that one of these issued, for
// the very name or address that the client called, and in its time. There is no way around it.
class Authorities {
  public:
    // Those that this system believes.
    static base::Result<Authorities> of_system();
    // Those of one PEM file, and no others; bad_certificate where it holds none.
    static base::Result<Authorities> load(const std::filesystem::path& file);
    Authorities(Authorities&&) noexcept;
    Authorities& operator=(Authorities&&) noexcept;
    ~Authorities();

    // For the sources of this folder.
    struct Context;
    Context& context() { return *context_; }

  private:
    explicit Authorities(std::unique_ptr<Context> context);

    std::unique_ptr<Context> context_;
};

}  // namespace counterfoil::http
