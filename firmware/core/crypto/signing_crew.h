#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "firmware/core/crypto/signature.h"

namespace counterfoil::crypto {

// Signs digests while whoever asks goes on: on a thread of its own, and on the asker's too once
// there is nothing left for that one but to wait. One thread asks.
class SigningCrew {
  public:
    // Two signers by one key, because each serves one thread at a time: the first one the asker's,
    // within collect() only, the second the crew's. Both must outlive it.
    SigningCrew(Signer& askers, Signer& crews);
    ~SigningCrew();
    SigningCrew(const SigningCrew&) = delete;
    SigningCrew& operator=(const SigningCrew&) = delete;

    void ask(const Digest& digest);
    // A signature for each digest since the last time, in their order; or the error of the first
    // one that could not be signed.
    base::Result<std::vector<Signature>> collect();

    // Those since the last time are not wanted any more.
    void forget();

  private:
    struct Work {
        Digest digest;
        std::optional<base::Result<Signature>> signature;
    };
    void work();
    void sign(Work& work, Signer& signer, std::unique_lock<std::mutex>& lock);

    Signer& askers_;
    Signer& crews_;
    std::mutex mutex_;
    std::condition_variable changed_;
    // The thread takes from the front, the asker from the back.
    std::deque<Work> works_;
    std::size_t taken_ = 0;  // from the front
    std::size_t left_ = 0;   // not taken yet
    std::size_t busy_ = 0;   // taken and not yet signed
    bool is_ending_ = false;
    std::thread thread_;
};

}  // namespace counterfoil::crypto
