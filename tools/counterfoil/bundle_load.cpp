#include "tools/counterfoil/bundle_load.h"

#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/mirror/loader.h"
#include "tools/counterfoil/bundle_text.h"
#include "tools/counterfoil/till_trust.h"

namespace counterfoil::tool {

using base::Status;

namespace {

TrustOffer offer_of(const LoadBundleOptions& options) {
    if (!options.keys.empty()) return TrustOffer::of(KeysFolder(options.keys));
    return {options.root, options.list, {}};
}

// What the till shall believe is written before what it believes by it, but after the bundle has
// proven to be of the same merchant: a wrong stick leaves no trace.
Status run(const LoadBundleOptions& options) {
    const std::filesystem::path folder(options.data);
    const base::WallTime now = base::SystemClock().now();
    CF_LET(const TillTrust trust, TillTrust::weigh(folder, offer_of(options)));
    CF_LET(auto bundle,
           mirror::BundleReader::open(options.file, token::KeyRing(trust.list()), now));
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    if (fault) return base::system_error(fault.value(), folder);
    const std::filesystem::path database = folder / "mirror.db";
    CF_LET(auto loader, mirror::Loader::open(database));
    CF_LET(const auto brought, trust.save());
    for (const std::filesystem::path& file : brought)
        std::cout << "brought: " << file.string() << '\n';
    CF_LET(const mirror::Loaded loaded, loader.load(std::move(bundle), now));
    std::cout << "loaded: version " << loaded.meta.version << " into " << database.string() << ", "
              << describe(loaded.counts) << '\n';
    return {};
}

}  // namespace

ExitCode load_bundle(const LoadBundleOptions& options) {
    const Status status = run(options);
    return status.ok() ? kDone : refuse(status.error());
}

}  // namespace counterfoil::tool
