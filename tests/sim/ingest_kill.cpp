#include "tests/sim/ingest_kill.h"

#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <fstream>

#include "daemon/aggregator/store/sqlite/sqlite_database.h"
#include "tests/support/postgres_server.h"
#include "tests/support/simulated_disk.h"

namespace counterfoil::test {
namespace {

const std::string kFile = "centre.db";
constexpr std::string_view kGroupEnd = "+";

struct Kill : KillPlan {
    std::int64_t operation = 0;
};

// Counts what the centre does when it answers, and kills this process when the turn has come.
class Answering final : public crypto::Signer {
  public:
    Answering(crypto::Signer& signer, const Kill& kill, int out)
        : signer_(signer),
          moment_(kill.moment),
          left_(kill.place == KillPlace::answer ? kill.operation : 0),
          out_(out) {}

    base::Result<crypto::Signature> sign(const crypto::Digest& digest) override {
        const bool chosen = is_chosen();
        if (chosen && moment_ == KillMoment::before) die();
        auto signature = signer_.sign(digest);
        if (chosen) die();
        return signature;
    }
    const crypto::PublicKey& public_key() const override { return signer_.public_key(); }

    void say(std::string line) {
        line += '\n';
        const bool chosen = is_chosen();
        if (chosen && moment_ == KillMoment::before) die();
        if (chosen && moment_ == KillMoment::halfway) line.resize(line.size() / 2);
        CF_CHECK(::write(out_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
        if (chosen) die();
    }

  private:
    bool is_chosen() { return left_ > 0 && --left_ == 0; }
    [[noreturn]] static void die() {
        ::kill(::getpid(), SIGKILL);
        for (;;) ::pause();
    }

    crypto::Signer& signer_;
    KillMoment moment_;
    std::int64_t left_;
    int out_;
};

// What the process said before it ended.
struct Said {
    std::size_t groups = 0;
    std::vector<Promise> promises;
    bool was_killed = false;
};

std::unique_ptr<store::Database> open_store(const std::filesystem::path& file,
                                            const std::string& postgres) {
    if (!postgres.empty()) return connect(postgres);
    return store::SqliteDatabase::open(file, kKillingVfs).value();
}

// The process that is killed. At its end it closes the database, which moves all to the main file.
[[noreturn]] void work(IngestDay& day, const std::filesystem::path& file, const Kill& kill,
                       int out) {
    kill_at(0, kill.moment);
    auto database = open_store(file, kill.postgres);
    Answering answering(day.key(), kill, out);
    auto reception = ingest::Reception::open(day.centre(*database, answering)).value();
    if (kill.place == KillPlace::disk) kill_at(kill.operation, kill.moment);
    for (std::size_t group = 0; group < day.groups(); ++group) {
        const auto promises =
            kill.way == IngestWay::take ? day.take(reception, group) : day.keep(*database, group);
        for (const Promise& promise : promises.value())
            answering.say(promise.terminal + " " + std::to_string(promise.seq));
        answering.say(std::string(kGroupEnd));
    }
    database.reset();
    ::_exit(0);
}

std::string read_all(int in) {
    std::string text;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(in, buffer, sizeof(buffer))) > 0;)
        text.append(buffer, static_cast<std::size_t>(got));
    return text;
}

// A line that was cut off is none.
Said understood(std::string_view text) {
    Said said;
    for (std::size_t end = 0; (end = text.find('\n')) != std::string_view::npos;
         text.remove_prefix(end + 1)) {
        const std::string_view line = text.substr(0, end);
        if (line == kGroupEnd) {
            ++said.groups;
            continue;
        }
        const std::size_t space = line.find(' ');
        Promise promise{std::string(line.substr(0, space)), 0};
        std::from_chars(line.data() + space + 1, line.data() + line.size(), promise.seq);
        said.promises.push_back(promise);
    }
    return said;
}

Said run_killed(IngestDay& day, const std::filesystem::path& file, const Kill& kill) {
    int ends[2];
    CF_CHECK(::pipe(ends) == 0);
    const pid_t child = ::fork();
    CF_CHECK(child >= 0);
    if (child == 0) work(day, file, kill, ends[1]);
    ::close(ends[1]);
    Said said = understood(read_all(ends[0]));
    ::close(ends[0]);
    int status = 0;
    CF_CHECK(::waitpid(child, &status, 0) == child);
    said.was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    CF_CHECK(said.was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
    return said;
}

// A disk in memory with the files that a killed process has left: whoever judges what is in them
// does not have to wait for a real one.
void bring(const TemporaryFolder& folder, SimulatedDisk& disk) {
    for (const std::string& name : {kFile, kFile + "-wal"}) {
        std::ifstream in(folder / name, std::ios::binary);
        if (!in) continue;
        const std::string bytes(std::istreambuf_iterator<char>(in), {});
        disk.contents(name).assign(bytes.begin(), bytes.end());
    }
}

// What is wrong with what the process left behind.
std::optional<std::string> judge(IngestDay& day, store::Database& database, const Said& said) {
    if (!day.is_after(database, said.groups) && !day.is_after(database, said.groups + 1))
        return "after " + std::to_string(said.groups) + " groups there is half of one more";
    for (const Promise& promise : said.promises) {
        const auto cursor = ingest::find_cursor(database, {promise.terminal, 1});
        if (!cursor.ok() || cursor.value()->seq < promise.seq)
            return "there is a receipt for event " + std::to_string(promise.seq) + " of " +
                   promise.terminal + ", which is not there";
    }
    return day.give_all_again(database);
}

std::optional<std::string> judge_file(IngestDay& day, const TemporaryFolder& folder,
                                      const Said& said) {
    SimulatedDisk disk;
    bring(folder, disk);
    auto opened = store::SqliteDatabase::open(kFile, disk.vfs());
    if (!opened.ok()) return "it does not open: " + opened.error().line();
    return judge(day, *opened.value(), said);
}

void begin_anew(IngestDay& day, const std::string& postgres) {
    PostgresServer::make_empty(postgres);
    CF_CHECK(day.prepare(*connect(postgres)).ok());
}

}  // namespace

KillStory run_ingest_kills(std::uint64_t seed, const KillPlan& plan) {
    CF_CHECK(plan.every >= 1);
    const bool is_file = plan.postgres.empty();
    CF_CHECK(is_file || plan.place == KillPlace::answer);
    IngestDay day(seed);
    const TemporaryFolder fresh;
    CF_CHECK(day.prepare(*store::SqliteDatabase::open(fresh / kFile).value()).ok());
    KillStory story;
    Kill kill{plan, 1 + static_cast<std::int64_t>(seed) % plan.every};
    for (; !story.wrong; kill.operation += plan.every) {
        const TemporaryFolder folder;
        if (is_file)
            std::filesystem::copy(fresh / kFile, folder / kFile);
        else
            begin_anew(day, plan.postgres);
        const Said said = run_killed(day, folder / kFile, kill);
        story.wrong =
            is_file ? judge_file(day, folder, said) : judge(day, *connect(plan.postgres), said);
        if (story.wrong) *story.wrong += ", killed at operation " + std::to_string(kill.operation);
        if (!said.was_killed) break;
        ++story.kills;
    }
    return story;
}

}  // namespace counterfoil::test
