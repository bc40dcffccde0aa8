#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>

#include <sstream>

#include "firmware/core/crypto/verifier.h"
#include "firmware/core/ledger/export.h"
#include "firmware/journal/reader.h"
#include "tests/bench/figure.h"
#include "tests/support/test_till.h"
#include "tools/counterfoil/plausible_shop.h"

namespace counterfoil::bench {
namespace {

constexpr std::int64_t kEvents = 10'000;

std::string make_export() {
    const test::TemporaryFolder folder;
    test::TestTill till;
    const auto paths = journal::Paths::in(folder.path());
    auto ledger = journal::Journal::create(paths, till.world(), till.certificates);
    CF_CHECK(ledger.ok());
    tool::PlausibleShop shop(1);
    while (ledger.value().head().seq < kEvents) {
        std::vector<journal::Draft> drafts;
        for (int i = 0; i < 50; ++i)
            for (auto& draft : shop.next()) drafts.push_back(std::move(draft));
        CF_CHECK(ledger.value().append(drafts).ok());
    }
    std::ostringstream out;
    CF_CHECK(journal::JournalReader::open(paths.database).value().write_export(out).ok());
    return out.str();
}

const std::string& exported() {
    static const std::string text = make_export();
    return text;
}

double events_per_second(double us, std::int64_t events) {
    return static_cast<double>(events) * 1e6 / us;
}

struct Hashed {
    std::int64_t events = 0;
    double us = 0;
};

// Cuts the lines and hashes the events, and nothing else.
Hashed hash_alone() {
    Hashed hashed;
    hashed.us = microseconds([&] {
        std::string_view rest = exported();
        rest.remove_prefix(rest.find('\n') + 1);
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            benchmark::DoNotOptimize(ledger::event_hash(line.substr(0, line.find('\t'))));
            rest.remove_prefix(line.size() + 1);
            ++hashed.events;
        }
    });
    return hashed;
}

void verify_events(benchmark::State& state) {
    ledger::VerifyOptions options;
    options.signature_every = state.range(0);
    exported();
    std::vector<double> verify_us;
    std::vector<double> hash_us;
    std::int64_t events = 0;
    for (auto unused : state) {
        std::istringstream in(exported());
        verify_us.push_back(microseconds([&] {
            const auto verdict = ledger::verify_export(in, options);
            CF_CHECK(std::holds_alternative<ledger::Summary>(verdict));
        }));
        const Hashed hashed = hash_alone();
        hash_us.push_back(hashed.us);
        events = hashed.events;
    }
    report(state, events_per_second(percentile(verify_us, 0.5), events),
           events_per_second(percentile(hash_us, 0.5), events),
           std::string("events/s | hashing alone | ") +
               (options.signature_every == 1 ? "" : "value at least 100000"));
}
BENCHMARK(verify_events)->ArgName("one_signature_in")->Arg(256)->Arg(1)->Iterations(7);

// Which library checks signatures was decided by this.
void check_signature(benchmark::State& state) {
    test::TestTill till;
    const auto digest = crypto::sha256({base::as_bytes("x")});
    const auto signature = till.key.sign(digest).value();
    const auto verifier = crypto::Verifier::create(till.key.public_key());
    mbedtls_ecp_group group;
    mbedtls_ecp_point point;
    mbedtls_mpi r;
    mbedtls_mpi s;
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    const auto& key = till.key.public_key();
    CF_CHECK(mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1) == 0 &&
             mbedtls_ecp_point_read_binary(&group, &point, key.data(), key.size()) == 0 &&
             mbedtls_mpi_read_binary(&r, signature.data(), 32) == 0 &&
             mbedtls_mpi_read_binary(&s, signature.data() + 32, 32) == 0);
    std::vector<double> ours;
    std::vector<double> peer;
    for (auto unused : state) {
        ours.push_back(microseconds([&] { CF_CHECK(verifier.value().verify(digest, signature)); }));
        peer.push_back(microseconds([&] {
            CF_CHECK(mbedtls_ecdsa_verify(&group, digest.data(), 32, &point, &r, &s) == 0);
        }));
    }
    mbedtls_mpi_free(&s);
    mbedtls_mpi_free(&r);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
    report(state, percentile(ours, 0.5), percentile(peer, 0.5), "us | the same with mbedTLS | ");
}
BENCHMARK(check_signature)->Iterations(500);

void hash_event(benchmark::State& state) {
    const std::string event(700, 'x');
    const auto* data = base::as_bytes(event).data();
    constexpr int kRuns = 200;
    std::vector<double> ours;
    std::vector<double> peer;
    for (auto unused : state) {
        ours.push_back(microseconds([&] {
            for (int i = 0; i < kRuns; ++i) benchmark::DoNotOptimize(ledger::event_hash(event));
        }));
        peer.push_back(microseconds([&] {
            crypto::Digest digest;
            for (int i = 0; i < kRuns; ++i)
                CF_CHECK(mbedtls_sha256_ret(data, event.size(), digest.data(), 0) == 0);
        }));
    }
    report(state, percentile(ours, 0.5) / kRuns, percentile(peer, 0.5) / kRuns,
           "us | the same with mbedTLS | ");
}
BENCHMARK(hash_event)->Iterations(200);

}  // namespace
}  // namespace counterfoil::bench
