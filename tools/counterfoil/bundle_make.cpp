#include "tools/counterfoil/bundle_make.h"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/pin_hash.h"
#include "tools/counterfoil/bundle_text.h"
#include "tools/counterfoil/demo.h"
#include "tools/counterfoil/keys_folder.h"
#include "tools/counterfoil/shop_settings.h"

namespace counterfoil::tool {

using base::Result;
using base::Status;

namespace {

constexpr std::size_t kPinDigits = 8;
constexpr std::size_t kSaltBytes = 32;

struct Pin {
    mirror::Staff staff;
    std::string digits;
};

// There is no PIN that a stranger could know: each is random, and only its hash is kept.
Result<std::vector<Pin>> give_pins(std::vector<mirror::Staff>& staff, base::Entropy& entropy) {
    std::vector<Pin> pins;
    for (mirror::Staff& person : staff) {
        std::string digits = crypto::random_pin(kPinDigits, entropy);
        CF_LET(person.pin_hash, crypto::hash_pin(digits, entropy));
        pins.push_back({person, std::move(digits)});
    }
    return pins;
}

// What a shop needs to begin with: nothing to sell, and one person who may change that.
Status write_empty_shop(mirror::BundleWriter& bundle, const DemoOptions& options,
                        const std::vector<mirror::Staff>& staff) {
    CF_TRY(add_needed_settings(bundle, options.salt, options.policy));
    for (const mirror::Staff& person : staff) CF_TRY(bundle.add(person));
    return {};
}

Result<mirror::RowCounts> write_rows(std::ostream& out, const MakeBundleOptions& options,
                                     const DemoOptions& demo,
                                     const std::vector<mirror::Staff>& staff,
                                     crypto::Signer& signer) {
    const std::int64_t version = options.version != 0 ? options.version : demo.now_s;
    CF_LET(auto bundle, mirror::BundleWriter::begin(out, {version, 0, demo.now_s}));
    if (options.demo)
        CF_TRY(DemoShop(demo).write(bundle, staff));
    else
        CF_TRY(write_empty_shop(bundle, demo, staff));
    return bundle.finish(signer);
}

// Written beside and moved into place: a file with the name is always a whole bundle. It holds
// names and PINs' hashes, so only its owner may read it.
template <class Write>
Result<mirror::RowCounts> write_file(const std::string& path, Write write) {
    namespace fs = std::filesystem;
    const std::string beside = path + ".new";
    errno = 0;
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    if (!out) return base::system_error(errno, beside);
    std::error_code fault;
    fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, fault);
    if (fault) return base::system_error(fault.value(), beside);
    Result<mirror::RowCounts> counts = write(out);
    out.close();
    if (counts.ok() && out.fail()) counts = base::system_error(errno, beside);
    if (counts.ok() && std::rename(beside.c_str(), path.c_str()) != 0)
        counts = base::system_error(errno, path);
    if (!counts.ok()) std::remove(beside.c_str());
    return counts;
}

Status run(const MakeBundleOptions& options) {
    crypto::Random random;
    const base::WallTime now = base::SystemClock().now();
    CF_LET(auto signer, KeysFolder(options.keys).signing_key(token::kForBundles, now, random));
    DemoOptions demo{options.members,        options.coupons,         options.seed,
                     token::seconds_of(now), base::Bytes(kSaltBytes), options.policy,
                     options.lease_to};
    random.fill(demo.salt);
    std::vector<mirror::Staff> staff{{"manager", "Manager", mirror::Role::manager, {}}};
    if (options.demo) staff = DemoShop::staff();
    CF_LET(const std::vector<Pin> pins, give_pins(staff, random));
    CF_LET(const mirror::RowCounts counts, write_file(options.file, [&](std::ostream& out) {
               return write_rows(out, options, demo, staff, signer);
           }));
    std::cout << "made: " << options.file << ", " << describe(counts) << '\n';
    for (const Pin& pin : pins)
        std::cout << "pin: " << pin.staff.id << " ("
                  << (pin.staff.role == mirror::Role::manager ? "manager" : "cashier") << ") "
                  << pin.digits << '\n';
    if (options.demo)
        for (const DemoSample& sample : DemoShop(demo).samples())
            std::cout << "coupon: " << sample.code << " (" << sample.book << ")\n";
    std::cout << "Write the PINs down: they are shown this once and stored nowhere.\n";
    return {};
}

}  // namespace

ExitCode make_bundle(const MakeBundleOptions& options) {
    const Status status = run(options);
    return status.ok() ? kDone : refuse(status.error());
}

}  // namespace counterfoil::tool
