#include "firmware/vision/decoder_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fstream>

#include "firmware/core/base/descriptor.h"
#include "firmware/vision/confinement.h"
#include "firmware/vision/decoder_wire.h"
#include "tests/support/pictures.h"
#include "tests/support/test_till.h"

namespace counterfoil::vision {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
constexpr bool kSanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool kSanitized = false;
#endif
constexpr Reader::Duration kBudget = std::chrono::seconds(5);

class DecoderProcessTest : public testing::Test {
  protected:
    DecoderProcess started(const std::filesystem::path& program,
                           std::int64_t patience_ms = 20'000) {
        auto process = DecoderProcess::start({program, patience_ms}, clock_);
        CF_CHECK(process.ok());
        return std::move(process).value();
    }
    // A worker that does as the shell says.
    DecoderProcess pretending(const std::string& commands, std::int64_t patience_ms = 20'000) {
        const auto path = folder_ / "worker";
        std::ofstream(path) << "#!/bin/sh\n" << commands << '\n';
        CF_CHECK(::chmod(path.c_str(), 0700) == 0);
        return started(path, patience_ms);
    }
    Reading ask(DecoderProcess& process) {
        const GreyImage picture = test::code_picture("hello");
        // Where the worker dies faster than it can be asked, there is nothing to wait for.
        if (!process.ask(picture.view(), Effort::fast, kBudget).ok())
            return {Outcome::crashed, {}, {}, 0};
        return process.wait();
    }

    test::TemporaryFolder folder_;
    base::SystemClock clock_;
};

TEST_F(DecoderProcessTest, ReadsFramesAndFiles) {
    DecoderProcess process = started(COUNTERFOIL_DECODER);
    for (int i = 0; i < 5; ++i) {
        const Reading reading = ask(process);
        EXPECT_EQ(reading.outcome, Outcome::read);
        ASSERT_EQ(reading.found.size(), 1U);
        EXPECT_EQ(reading.found[0].text, "hello");
    }
    const std::string file = write_pgm(test::code_picture("from a file").view());
    ASSERT_TRUE(process.ask(base::as_bytes(file), Effort::thorough, kBudget).ok());
    EXPECT_EQ(process.wait().found.at(0).text, "from a file");
    EXPECT_EQ(process.restarts(), 0);
}

TEST_F(DecoderProcessTest, SaysWhyAFileIsNoPicture) {
    DecoderProcess process = started(COUNTERFOIL_DECODER);
    ASSERT_TRUE(process.ask(base::as_bytes("hello"), Effort::fast, kBudget).ok());
    const Reading reading = process.wait();
    EXPECT_EQ(reading.outcome, Outcome::refused);
    EXPECT_EQ(reading.error->code(), base::Code::malformed);
    EXPECT_EQ(ask(process).found.size(), 1U);
}

TEST_F(DecoderProcessTest, AWorkerThatDiesIsStartedAgain) {
    DecoderProcess process = pretending("exit 1");
    EXPECT_EQ(ask(process).outcome, Outcome::crashed);
    EXPECT_GE(process.restarts(), 1);
    std::ofstream(folder_ / "worker") << "#!/bin/sh\nexec " << COUNTERFOIL_DECODER << "\n";
    // The one that was started at once may still be of the old kind.
    ask(process);
    EXPECT_EQ(ask(process).found.size(), 1U);
}

TEST_F(DecoderProcessTest, AWorkerThatHangsIsKilled) {
    DecoderProcess process = pretending("exec sleep 1000", 50);
    const GreyImage picture = test::code_picture("hello");
    ASSERT_TRUE(process.ask(picture.view(), Effort::fast, Reader::Duration(0)).ok());
    EXPECT_TRUE(process.busy());
    EXPECT_EQ(process.wait().outcome, Outcome::timed_out);
    EXPECT_FALSE(process.busy());
    EXPECT_EQ(process.restarts(), 1);
}

TEST_F(DecoderProcessTest, AWorkerThatTalksNonsenseIsReplaced) {
    // A shell redirects only single digits; 3 is the socket.
    DecoderProcess process = pretending("echo nonsense >&3; exec sleep 1000");
    EXPECT_EQ(ask(process).outcome, Outcome::crashed);
    EXPECT_EQ(process.restarts(), 1);
}

// It answers every question before it is asked, and takes none off the socket.
TEST_F(DecoderProcessTest, AWorkerThatDoesNotListenCannotHoldUpTheTill) {
    std::string zeros;
    for (int i = 0; i < 26; ++i) zeros += "\\000";
    DecoderProcess process = pretending(
        "n=0; while [ $n -lt 1000 ]; do n=$((n+1)); printf \"\\\\$(printf %03o $((n%256)))"
        "\\\\$(printf %03o $((n/256)))" +
        zeros + "\" >&3; done; exec sleep 1000");
    const GreyImage picture = test::code_picture("hello");
    int asked = 0;
    while (process.restarts() == 0 && asked < 1000 &&
           process.ask(picture.view(), Effort::fast, kBudget).ok()) {
        process.wait();
        ++asked;
    }
    EXPECT_GE(process.restarts(), 1) << asked;
}

TEST_F(DecoderProcessTest, AnAnswerToAnotherQuestionIsNotTaken) {
    // A whole answer that found nothing: the question's number in eight bytes, then zeros.
    const auto answering = [this](const std::string& number) {
        std::string zeros;
        for (int i = 0; i < 27; ++i) zeros += "\\000";
        return pretending("printf '\\" + number + zeros + "' >&3; exec sleep 1000");
    };
    DecoderProcess right = answering("001");
    EXPECT_EQ(ask(right).outcome, Outcome::read);
    DecoderProcess wrong = answering("002");
    EXPECT_EQ(ask(wrong).outcome, Outcome::crashed);
}

TEST_F(DecoderProcessTest, AMissingProgramIsSaid) {
    const auto process = DecoderProcess::start({folder_ / "none", 100}, clock_);
    ASSERT_FALSE(process.ok());
    EXPECT_EQ(process.error().code(), base::Code::not_found);
}

// How the child ended that gave up its rights and then did something.
int status_after_confinement(void (*deed)()) {
    std::array<int, 2> pair{};
    CF_CHECK(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair.data()) == 0);
    const base::Descriptor ours(pair[0]), theirs(pair[1]);
    const pid_t child = ::fork();
    if (child == 0) {
        if (!confine(theirs.number()).ok()) ::_exit(99);
        deed();
        ::_exit(7);
    }
    int status = 0;
    CF_CHECK(::waitpid(child, &status, 0) == child);
    return status;
}

TEST(Confinement, ComputingIsAllowed) {
    const int status = status_after_confinement([] {
        std::vector<int> memory(1 << 20, 1);
        if (memory.back() != 1) ::_exit(1);
    });
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(Confinement, MemoryIsBounded) {
    if (kSanitized) GTEST_SKIP() << "the sanitizers need more addresses than there is memory";
    const int status = status_after_confinement([] {
        void* memory = ::mmap(nullptr, 2 * kWorkerMemoryBytes, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) ::_exit(8);
    });
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 8);
}

TEST(Confinement, TheRestEndsTheProcess) {
    const auto killed = [](void (*deed)()) {
        const int status = status_after_confinement(deed);
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS;
    };
    EXPECT_TRUE(killed([] { ::socket(AF_INET, SOCK_STREAM, 0); }));
    EXPECT_TRUE(killed([] { ::unlink("/tmp/none"); }));
    EXPECT_TRUE(killed([] { ::kill(::getppid(), 0); }));
    EXPECT_TRUE(killed([] { ::fork(); }));
    EXPECT_TRUE(killed([] { ::open("/etc/passwd", O_WRONLY); }) || kSanitized);
    EXPECT_TRUE(killed([] { ::ioctl(0, 0); }));
    EXPECT_TRUE(killed(
        [] { ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }));
    EXPECT_TRUE(killed([] { ::send(STDIN_FILENO, "", 0, 0); }));
    EXPECT_TRUE(killed([] {
        char* arguments[] = {nullptr};
        ::execve("/bin/true", arguments, arguments);
    }));
}

TEST(DecoderWire, AnAnswerReadsBackAndItsCutsDoNot) {
    Answer answer{7, {}};
    answer.reading.took_us = 1234;
    answer.reading.found.push_back({"text", "QRCode", {{{1, 2}, {3, 4}, {5, 6}, {-7, 8}}}});
    answer.reading.found.push_back({"5991234567894", "EAN-13", {}});
    const base::Bytes bytes = write_answer(answer);
    const auto read = read_answer(bytes);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->id, 7U);
    EXPECT_EQ(read->reading.found, answer.reading.found);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(read_answer(base::ByteView(bytes).first(size)));
    base::Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(read_answer(longer));
}

TEST(DecoderWire, WhatCouldDeceiveAReaderIsNoAnswer) {
    const auto taken = [](auto change) {
        Reading reading;
        reading.found.push_back({"text", "QRCode", {}});
        change(reading);
        return read_answer(write_answer({7, reading})).has_value();
    };
    EXPECT_TRUE(taken([](Reading&) {}));
    EXPECT_FALSE(taken([](Reading& reading) { reading.found[0].format = "QRCode\ta\nb"; }));
    EXPECT_FALSE(taken([](Reading& reading) { reading.found[0].format.clear(); }));
    EXPECT_FALSE(taken([](Reading& reading) { reading.took_us = -1; }));
    EXPECT_FALSE(taken([](Reading& reading) { reading.took_us = INT64_MAX; }));
    const base::Error error(base::Code::malformed, "no picture");
    EXPECT_FALSE(taken([&](Reading& reading) { reading.error = error; }));
    EXPECT_FALSE(taken([](Reading& reading) {
        reading.found.clear();
        reading.error.emplace(base::Code::malformed, "\x1b[2J");
    }));
}

}  // namespace
}  // namespace counterfoil::vision
