#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "firmware/core/base/file.h"
#include "tests/support/test_till.h"

namespace counterfoil::base {
namespace {

class FileFaultTest : public testing::Test {
  protected:
    std::ptrdiff_t entries() {
        const std::filesystem::directory_iterator first(folder_.path());
        return std::distance(begin(first), end(first));
    }

    test::TemporaryFolder folder_;
    const std::filesystem::path target_ = folder_ / "target";
};

TEST_F(FileFaultTest, ReadBackIsWhatWasWrittenAtEverySize) {
    for (std::size_t size : {0u, 1u, 4095u, 4096u, 4097u, 8192u, 100'000u}) {
        const std::filesystem::path file = folder_ / std::to_string(size);
        std::string content(size, '\0');
        for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>(i * 7);
        ASSERT_TRUE(create_file(file, content, Readers::owner_only).ok());
        EXPECT_EQ(read_file(file, size).value(), content);
        if (size > 0) {
            EXPECT_EQ(read_file(file, size - 1).error().code(), Code::too_large);
        }
    }
    EXPECT_EQ(entries(), 7);
}

TEST_F(FileFaultTest, BoundIsNamedWithTheFile) {
    ASSERT_TRUE(create_file(target_, "123456", Readers::everyone).ok());
    const auto read = read_file(target_, 5);
    ASSERT_FALSE(read.ok());
    EXPECT_NE(read.error().message().find(target_.string()), std::string::npos);
    EXPECT_NE(read.error().message().find("over 5 bytes"), std::string::npos);
}

TEST_F(FileFaultTest, FolderThatIsNotThereIsNotFound) {
    EXPECT_EQ(create_file(folder_ / "no" / "f", "x", Readers::everyone).error().code(),
              Code::not_found);
    ASSERT_TRUE(create_file(target_, "x", Readers::everyone).ok());
    EXPECT_EQ(create_file(target_ / "f", "x", Readers::everyone).error().code(), Code::not_found);
    EXPECT_EQ(read_file(target_ / "f", 9).error().code(), Code::not_found);
    EXPECT_EQ(check_owner_only(folder_ / "none").error().code(), Code::not_found);
}

TEST_F(FileFaultTest, NothingOfAnyKindIsReplaced) {
    ASSERT_TRUE(std::filesystem::create_directory(folder_ / "d"));
    std::filesystem::create_symlink(folder_ / "nowhere", folder_ / "link");
    for (const char* name : {"d", "link"}) {
        EXPECT_EQ(create_file(folder_ / name, "x", Readers::everyone).error().code(),
                  Code::already_exists)
            << name;
    }
    EXPECT_FALSE(std::filesystem::exists(folder_ / "nowhere"));
    EXPECT_EQ(entries(), 2);
}

TEST_F(FileFaultTest, NothingIsWrittenThroughALinkThatWaitsBeside) {
    std::ofstream(folder_ / "victim") << "mine";
    std::filesystem::create_symlink(folder_ / "victim", folder_ / "target.new");
    ASSERT_TRUE(create_file(target_, "secret", Readers::owner_only).ok());
    EXPECT_EQ(read_file(folder_ / "victim", 10).value(), "mine");
    EXPECT_FALSE(std::filesystem::is_symlink(target_));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "target.new"));
}

TEST_F(FileFaultTest, OwnerOnlyMeansNoBitForAnyoneElse) {
    ASSERT_TRUE(create_file(target_, "x", Readers::owner_only).ok());
    for (unsigned mode = 0; mode <= 0777; ++mode) {
        ASSERT_EQ(::chmod(target_.c_str(), mode), 0);
        const auto checked = check_owner_only(target_);
        ASSERT_EQ(checked.ok(), (mode & 077) == 0) << std::oct << mode;
        if (!checked.ok()) {
            ASSERT_EQ(checked.error().code(), Code::key_exposed);
        }
    }
    const auto exposed = check_owner_only(target_);
    EXPECT_NE(exposed.error().message().find(target_.string()), std::string::npos);
    EXPECT_NE(exposed.error().message().find("chmod 600"), std::string::npos);
}

TEST_F(FileFaultTest, LinkToAKeyIsJudgedByTheKey) {
    ASSERT_TRUE(create_file(target_, "x", Readers::everyone).ok());
    std::filesystem::create_symlink(target_, folder_ / "link");
    EXPECT_EQ(check_owner_only(folder_ / "link").error().code(), Code::key_exposed);
}

TEST_F(FileFaultTest, FolderWithoutTheRightToWriteIsDenied) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0500), 0);
    EXPECT_EQ(create_file(target_, "x", Readers::everyone).error().code(), Code::permission_denied);
    ASSERT_EQ(::chmod(folder_.path().c_str(), 0700), 0);
}

TEST_F(FileFaultTest, FolderAndDeviceAreNoFilesToRead) {
    EXPECT_EQ(read_file(folder_.path(), 9).error().code(), Code::invalid_argument);
    EXPECT_EQ(read_file("/dev/zero", 9).error().code(), Code::invalid_argument);
}

TEST(SystemErrors, SayWhatTheOperatingSystemSaid) {
    const std::array<std::pair<int, Code>, 10> codes{{{EACCES, Code::permission_denied},
                                                      {EPERM, Code::permission_denied},
                                                      {EROFS, Code::read_only},
                                                      {ENOSPC, Code::disk_full},
                                                      {EDQUOT, Code::disk_full},
                                                      {ENOENT, Code::not_found},
                                                      {ENOTDIR, Code::not_found},
                                                      {EEXIST, Code::already_exists},
                                                      {EISDIR, Code::invalid_argument},
                                                      {EMFILE, Code::io_failed}}};
    for (const auto& [number, code] : codes)
        EXPECT_EQ(system_error(number, "f").code(), code) << number;
    EXPECT_EQ(system_error(ENOENT, "/data/x").message(), "/data/x: No such file or directory");
}

}  // namespace
}  // namespace counterfoil::base
