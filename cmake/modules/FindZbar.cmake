# libzbar, the peer that our reading is measured against, has only a .pc file.
# Defines Zbar::zbar.
find_path(Zbar_INCLUDE_DIR zbar.h)
find_library(Zbar_LIBRARY zbar)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Zbar REQUIRED_VARS Zbar_LIBRARY Zbar_INCLUDE_DIR)

if(Zbar_FOUND AND NOT TARGET Zbar::zbar)
  add_library(Zbar::zbar UNKNOWN IMPORTED)
  set_target_properties(Zbar::zbar PROPERTIES IMPORTED_LOCATION ${Zbar_LIBRARY}
                                          INTERFACE_INCLUDE_DIRECTORIES ${Zbar_INCLUDE_DIR})
endif()
mark_as_advanced(Zbar_INCLUDE_DIR Zbar_LIBRARY)
