"""Apple's codes for what became of a declaration, as sentences."""

from collections.abc import Mapping

from quartermaster.drivers.apple.wire.declarative.status import Reason

WORDS: Mapping[str, str] = {
    "Error.ActivationFailed": "The activation that it belongs to failed.",
    "Error.AssetCannotBeDeserialized": "What belongs to it has another form than expected.",
    "Error.AssetCannotBeDownloaded": "The device could not fetch what belongs to it.",
    "Error.AssetCannotBeVerified": "What the device fetched is not what was announced.",
    "Error.ConfigurationCannotBeApplied": "The device could not apply it.",
    "Error.ConfigurationCannotBeDeserialized": "The device could not read it.",
    "Error.ConfigurationFailed": "The configuration that it belongs to failed.",
    "Error.ConfigurationIsInvalid": "The device takes it for invalid.",
    "Error.ConfigurationNotSupported": "This system or kind of enrolment does not have it.",
    "Error.InvalidPayload": "The device has not loaded it whole.",
    "Error.MissingAssets": "Something that it refers to is not there.",
    "Error.MissingConfigurations": "It activates something that is not there.",
    "Error.MissingState": "The device has lost what it knew of it.",
    "Error.PredicateFailed": "Its condition could not be judged.",
    "Error.UnableToEvaluatePredicate": "Its condition could not be judged.",
    "Error.UnableToParsePredicate": "Its condition could not be read.",
    "Error.UnableToParsePredicateWithCustomOperator": "Its condition could not be read.",
    "Error.Unknown": "The device gave an error that Apple does not explain.",
    "Error.UnknownPayloadKeys": "It has settings that this system does not know.",
    "Info.NotReferencedByActivation": "Nothing activates it.",
    "Info.NotReferencedByConfiguration": "Nothing refers to it.",
    "Info.Predicate": "Its condition does not hold on this device.",
}


def in_words(reason: Reason) -> str:
    """A reason as a sentence; the device's own words follow where it has some."""
    known = WORDS.get(reason.code)
    if known is None:
        return ": ".join(part for part in (reason.code or "No code", reason.description) if part)
    return f"{known} ({reason.description})" if reason.description else known
