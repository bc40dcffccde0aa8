#include "tools/counterfoil/bundle_load.h"

#include <iostream>

#include "firmware/core/base/file.h"
#include "firmware/core/crypto/public_key.h"
#include "firmware/mirror/loader.h"
#include "tools/counterfoil/bundle_text.h"
#include "tools/counterfoil/keys_folder.h"

namespace counterfoil::tool {

using base::Result;
using base::Status;

namespace {

constexpr std::size_t kMaxListBytes = 64 << 10;

Result<token::KeyList> read_list(const std::filesystem::path& list,
                                 const std::filesystem::path& root_path) {
    CF_LET(const crypto::PublicKey root, crypto::load_public_key(root_path));
    CF_LET(const std::string bytes, base::read_file(list, kMaxListBytes));
    const auto read = token::read_key_list(base::as_bytes(bytes), root);
    if (!read.ok()) return as_error(read.error(), list);
    return read.value();
}

Status run(const LoadBundleOptions& options) {
    CF_LET(const token::KeyList list, read_list(options.list, options.root));
    const std::filesystem::path folder(options.data);
    std::error_code fault;
    std::filesystem::create_directories(folder, fault);
    if (fault) return base::system_error(fault.value(), folder);
    const std::filesystem::path database = folder / "mirror.db";
    CF_LET(auto loader, mirror::Loader::open(database));
    CF_LET(const mirror::Loaded loaded,
           loader.load(options.file, token::KeyRing(list), base::SystemClock().now()));
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
