"""Commands, each a function to the ``Command`` dictionary (Apple: mdm/commands)."""

from quartermaster.drivers.apple.wire.commands.accounts import (
    delete_user,
    disable_remote_desktop,
    enable_remote_desktop,
    unlock_user_account,
)
from quartermaster.drivers.apple.wire.commands.applications import (
    install_from_manifest,
    install_from_store,
    install_package,
    remove_application,
    validate_applications,
)
from quartermaster.drivers.apple.wire.commands.asking import (
    CITY_QUERIES,
    PERSONAL_QUERIES,
    certificate_list,
    device_information,
    installed_application_list,
    managed_application_list,
    profile_list,
    restrictions_list,
    security_info,
    user_list,
)
from quartermaster.drivers.apple.wire.commands.availability import AVAILABLE, why_not
from quartermaster.drivers.apple.wire.commands.checks import Command
from quartermaster.drivers.apple.wire.commands.guarding import (
    Erasure,
    clear_passcode,
    clear_restrictions_password,
    device_lock,
    erase_device,
    restart_device,
    shut_down_device,
)
from quartermaster.drivers.apple.wire.commands.lost_mode import (
    device_location,
    disable_lost_mode,
    enable_lost_mode,
    play_lost_mode_sound,
)
from quartermaster.drivers.apple.wire.commands.profiles import (
    declarative_management,
    device_configured,
    install_profile,
    remove_profile,
)
from quartermaster.drivers.apple.wire.commands.secrets import (
    activation_lock_bypass_code,
    clear_activation_lock_bypass_code,
    rotate_disk_key,
    set_firmware_password,
    set_recovery_lock,
    verify_firmware_password,
    verify_recovery_lock,
)
from quartermaster.drivers.apple.wire.commands.updates import (
    InstallAction,
    available_os_updates,
    os_update_status,
    schedule_os_update,
    schedule_os_update_scan,
)

__all__ = [
    "AVAILABLE",
    "CITY_QUERIES",
    "PERSONAL_QUERIES",
    "Command",
    "Erasure",
    "InstallAction",
    "activation_lock_bypass_code",
    "available_os_updates",
    "certificate_list",
    "clear_activation_lock_bypass_code",
    "clear_passcode",
    "clear_restrictions_password",
    "declarative_management",
    "delete_user",
    "device_configured",
    "device_information",
    "device_location",
    "device_lock",
    "disable_lost_mode",
    "disable_remote_desktop",
    "enable_lost_mode",
    "enable_remote_desktop",
    "erase_device",
    "install_from_manifest",
    "install_from_store",
    "install_package",
    "install_profile",
    "installed_application_list",
    "managed_application_list",
    "os_update_status",
    "play_lost_mode_sound",
    "profile_list",
    "remove_application",
    "remove_profile",
    "restart_device",
    "restrictions_list",
    "rotate_disk_key",
    "schedule_os_update",
    "schedule_os_update_scan",
    "security_info",
    "set_firmware_password",
    "set_recovery_lock",
    "shut_down_device",
    "unlock_user_account",
    "user_list",
    "validate_applications",
    "verify_firmware_password",
    "verify_recovery_lock",
    "why_not",
]
