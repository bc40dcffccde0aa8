#include "firmware/till/looked_after.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "tests/support/test_till.h"

namespace counterfoil::till {
namespace {

// A device as the test says, and what was done with it.
class LookedAfterTest : public testing::Test {
  protected:
    void start() {
        LookedAfter::Device device{[this] { return file_.number(); }, [this] { return awaited_; },
                                   [this] {
                                       ++asked_;
                                       return due_ms_;
                                   },
                                   [this] {
                                       ++works_;
                                       if (work_) work_();
                                   }};
        auto started = LookedAfter::start(loop_, clock_, std::move(device));
        ASSERT_TRUE(started.ok()) << started.error().line();
        looked_after_ = std::move(started).value();
    }
    void run_for(std::int64_t ms) {
        const http::Timer timer = loop_.after(ms, [this] { loop_.stop(); });
        loop_.run();
    }
    // The reading end; file_ is the writing one, and full.
    base::Descriptor full_pipe() {
        std::array<int, 2> ends{};
        EXPECT_EQ(::pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC), 0);
        file_ = base::Descriptor(ends[1]);
        const std::array<char, 4096> bytes{};
        while (::write(file_.number(), bytes.data(), bytes.size()) > 0) {
        }
        return base::Descriptor(ends[0]);
    }
    static void drain(const base::Descriptor& file) {
        std::array<char, 4096> bytes{};
        while (::read(file.number(), bytes.data(), bytes.size()) > 0) {
        }
    }

    counterfoil::test::TemporaryFolder folder_;
    base::SystemClock clock_;
    http::Loop loop_;
    base::Descriptor file_;
    short awaited_ = POLLIN;
    std::optional<std::int64_t> due_ms_;
    std::function<void()> work_;
    int works_ = 0;
    int asked_ = 0;
    std::unique_ptr<LookedAfter> looked_after_;
};

TEST_F(LookedAfterTest, IsWorkedOnceAndThenOnlyWhenWoken) {
    start();
    run_for(50);
    EXPECT_EQ(works_, 1);
    looked_after_->wake();
    looked_after_->wake();
    run_for(50);
    EXPECT_EQ(works_, 2);
}

TEST_F(LookedAfterTest, IsWorkedWhenItsTimeHasCome) {
    due_ms_ = clock_.steady_ms() + 100;
    work_ = [this] {
        if (works_ == 2) due_ms_.reset();
    };
    start();
    run_for(50);
    EXPECT_EQ(works_, 1);
    run_for(150);
    EXPECT_EQ(works_, 2);
    EXPECT_EQ(asked_, 2);
}

TEST_F(LookedAfterTest, IsWorkedWhenThereIsRoomAgain) {
    const base::Descriptor reader = full_pipe();
    awaited_ = POLLIN | POLLOUT;
    start();
    run_for(50);
    EXPECT_EQ(works_, 1);
    work_ = [this] { awaited_ = POLLIN; };
    drain(reader);
    run_for(50);
    EXPECT_EQ(works_, 2);
}

TEST_F(LookedAfterTest, IsWorkedAgainForWhatItLeft) {
    const base::Descriptor reader = full_pipe();
    awaited_ = POLLOUT;
    drain(reader);
    work_ = [this] {
        if (works_ == 10) awaited_ = 0;
    };
    start();
    run_for(100);
    EXPECT_EQ(works_, 10);
}

TEST_F(LookedAfterTest, LeavesTheNumberOfAClosedFileToItsNextOwner) {
    const base::Descriptor reader = full_pipe();
    const int number = file_.number();
    // Closes its file and opens another one, which has the same number.
    work_ = [this, number] {
        file_.reset();
        file_ = base::Descriptor::open(folder_ / "fifo", O_RDWR | O_NONBLOCK);
        EXPECT_EQ(file_.number(), number);
    };
    ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
    start();
    run_for(50);
    EXPECT_EQ(works_, 1);
    ASSERT_EQ(::write(number, "x", 1), 1);
    work_ = [number] {
        char byte = 0;
        EXPECT_EQ(::read(number, &byte, 1), 1);
    };
    run_for(50);
    EXPECT_EQ(works_, 2);
}

TEST_F(LookedAfterTest, IsLookedAtEachSecondWhereItCannotBeWaitedFor) {
    file_ = base::Descriptor::open(folder_ / "file", O_RDWR | O_CREAT, 0600);
    start();
    run_for(500);
    EXPECT_EQ(works_, 1);
    run_for(1700);
    EXPECT_EQ(works_, 3);
}

TEST_F(LookedAfterTest, IsLeftAloneWhenItIsNoMore) {
    const base::Descriptor reader = full_pipe();
    awaited_ = POLLOUT;
    start();
    run_for(20);
    looked_after_->wake();
    looked_after_.reset();
    drain(reader);
    run_for(50);
    EXPECT_EQ(works_, 1);
}

}  // namespace
}  // namespace counterfoil::till
