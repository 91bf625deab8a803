"""The steps of a case: one page and one address for each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases import gates, masking, stories
from cases.forms import handling
from cases.models import Action, Case
from cases.permissions import Act
from cases.views.step import ActionStep, Step


class Assess(Step):
    form_class = handling.AssessForm
    title = _("Assess the case")
    lead = _("Say how serious it is and who handles it. You can do it again as you learn more.")
    button = _("Save the assessment")
    success = _("The assessment is saved.")

    def initial(self) -> dict[str, Any]:
        case = self.case
        return {
            "probability": case.probability,
            "consequence": case.consequence,
            "law_breach": case.law_breach,
            "category": case.category,
            "handler": case.handler or self.user,
            "deadline": case.deadline,
        }

    def perform(self, form: Any, version: int) -> None:
        self.case.assess(self.user, **form.cleaned_data)


class SetCause(Step):
    form_class = handling.CauseForm
    title = _("Find the root cause")
    lead = _("Ask why until you reach something you can change. Not everything needs five answers.")
    button = _("Save the root cause")
    success = _("The root cause is saved.")

    def initial(self) -> dict[str, Any]:
        whys = {f"why_{number}": why for number, why in enumerate(self.case.whys, start=1)}
        return {**whys, "root_cause": self.case.root_cause, "cause": self.case.cause}

    def perform(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        self.case.set_cause(
            self.user, root_cause=data["root_cause"], cause=data["cause"], whys=form.whys(), version=version
        )


class AddAction(Step):
    form_class = handling.ActionForm
    title = _("New measure")
    button = _("Set the measure")
    success = _("The measure is set, and the one responsible is told.")

    @property
    def lead(self) -> Any:  # type: ignore[override]
        gate = gates.to_measures(self.case)
        return "" if gate.open else gate.message

    def initial(self) -> dict[str, Any]:
        opened = gates.to_measures(self.case).open
        return {"kind": Action.Kind.CORRECTIVE if opened else Action.Kind.IMMEDIATE}

    def perform(self, form: Any, version: int) -> None:
        Action.add(self.user, self.case, **form.cleaned_data)


class ChangeAction(ActionStep):
    form_class = handling.ActionForm
    title = _("Change the measure")
    button = _("Save the measure")
    success = _("The measure is changed.")

    def initial(self) -> dict[str, Any]:
        names = ("kind", "text", "responsible", "deadline", "evaluation_date", "evaluator", "cost", "hours")
        return {name: getattr(self.action, name) for name in names}

    def perform(self, form: Any, version: int) -> None:
        plan = dict(form.cleaned_data)
        if plan["evaluation_date"] is None:
            del plan["evaluation_date"]
        self.action.change(self.user, **plan)


class CompleteAction(ActionStep):
    form_class = handling.CompleteForm
    title = _("Report the measure as done")
    button = _("It is done")
    success = _("The measure is reported as done.")

    def allowed(self) -> bool:
        return self.action.may_complete(self.user)

    def perform(self, form: Any, version: int) -> None:
        self.action.complete(self.user, **form.cleaned_data)


class CancelAction(ActionStep):
    form_class = handling.CancelForm
    title = _("Drop the measure")
    button = _("Drop the measure")
    success = _("The measure is dropped.")
    danger = True

    def perform(self, form: Any, version: int) -> None:
        self.action.cancel(self.user, **form.cleaned_data)


class EvaluateAction(ActionStep):
    form_class = handling.EvaluateForm
    title = _("Evaluate the effect")
    lead = _("Did it get better, and does it last? “Not effective” sends the case back to measures.")
    button = _("Save the evaluation")
    success = _("The evaluation is saved.")

    def allowed(self) -> bool:
        return self.action.may_evaluate(self.user)

    def why_not(self) -> str:
        return gettext("The effect is evaluated by another person than the one who did the measure.")

    def initial(self) -> dict[str, Any]:
        return {"effect": self.action.effect, "note": self.action.effect_note}

    def perform(self, form: Any, version: int) -> None:
        self.action.evaluate(self.user, **form.cleaned_data)


def story_of(case: Case) -> dict[str, Any]:
    """The story as the form shows it, drafted from the case when nobody has written it."""
    return {
        "lesson": case.lesson,
        "story": case.story or stories.draft(case),
        "material_for": case.material_for.split(),
        "highlighted": case.highlighted or case.level == Case.Level.DIRECTOR,
    }


class StoryTold(Step):
    """A step that changes the story. Personal data in it is hidden from readers, and the writer is told to mend it."""

    def leave(self) -> HttpResponse:
        if masking.personal_data_in(f"{self.case.lesson}\n{self.case.story}"):
            text = gettext(
                "The story holds a phone number, an e-mail address or an identity number. Take it out: readers see only a grey mark."
            )
            messages.warning(self.request, text)
        return super().leave()


class Close(StoryTold):
    form_class = handling.CloseForm
    title = _("Close the case")
    lead = _("What is left of the risk, what happens with the page, and what can others learn?")
    button = _("Close the case")
    success = _("The case is closed. The reporter is told.")

    def initial(self) -> dict[str, Any]:
        names = (
            "residual_probability",
            "residual_consequence",
            "page_outcome",
            "page_outcome_note",
            "public_story",
        )
        return {**{name: getattr(self.case, name) for name in names}, **story_of(self.case)}

    def perform(self, form: Any, version: int) -> None:
        self.case.close(self.user, **form.cleaned_data)


class Retell(StoryTold):
    form_class = handling.StoryForm
    title = _("Change the story")
    lead = _("The story is read by all employees. Without a lesson it is not shown to learn from.")
    button = _("Save the story")
    success = _("The story is saved.")

    def initial(self) -> dict[str, Any]:
        case = self.case
        return {**story_of(case), "highlighted": case.highlighted, "public_story": case.public_story}

    def perform(self, form: Any, version: int) -> None:
        self.case.retell(self.user, **form.cleaned_data)


class Reject(Step):
    form_class = handling.RejectForm
    title = _("Reject the case")
    lead = _("For what does not belong in the register. The reporter gets the reason.")
    button = _("Reject the case")
    success = _("The case is rejected. The reporter is told why.")
    danger = True

    def perform(self, form: Any, version: int) -> None:
        self.case.reject(self.user, **form.cleaned_data)


class MarkDuplicate(Step):
    form_class = handling.DuplicateForm
    title = _("The same as another case")
    lead = _("This case is ended, and the reporter is told where it is followed up.")
    button = _("Mark as duplicate")
    success = _("The case is marked as a duplicate.")

    def initial(self) -> dict[str, Any]:
        return {"duplicate_of": self.request.GET.get("av", "")}

    def perform(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        self.case.mark_duplicate(self.user, of=data["duplicate_of"], reason=data["reason"], version=version)


class TakeOver(Step):
    form_class = handling.TakeOverForm
    title = _("Another system takes over")
    lead = _("The case is ended here and followed up there. It is found again by its number there.")
    button = _("Hand over")
    success = _("The case is handed over.")

    def perform(self, form: Any, version: int) -> None:
        self.case.take_over(self.user, **form.cleaned_data)


class Reopen(Step):
    title = _("Take the case up again")
    button = _("Reopen")
    success = _("The case is open again.")

    def initial(self) -> dict[str, Any]:
        better = self.case.has_correspondent and self.case.correspondent.better
        return {"reason": gettext("The reporter says that it did not get better.")} if better == "no" else {}

    def perform(self, form: Any, version: int) -> None:
        self.case.reopen(self.user, **form.cleaned_data)


class Reassign(Step):
    act = Act.REASSIGN
    form_class = handling.ReassignForm
    title = _("Send to another unit")
    lead = _("The leader there is told, and the reason stands in the case.")
    button = _("Send the case")
    success = _("The case is sent on.")

    def perform(self, form: Any, version: int) -> None:
        self.case.reassign(self.user, **form.cleaned_data)


class SetHandler(Step):
    form_class = handling.SetHandlerForm
    title = _("Choose a case handler")
    button = _("Give the case")
    success = _("The case handler is set and told.")

    def initial(self) -> dict[str, Any]:
        return {"handler": self.case.handler}

    def perform(self, form: Any, version: int) -> None:
        self.case.set_handler(self.user, **form.cleaned_data)


class Correct(Step):
    form_class = handling.CorrectForm
    title = _("Correct the title and category")
    lead = _("What the reporter wrote stays as it is.")
    button = _("Save")
    success = _("The case is corrected.")

    def initial(self) -> dict[str, Any]:
        return {"title": self.case.title, "category": self.case.category, "law_breach": self.case.law_breach}

    def perform(self, form: Any, version: int) -> None:
        self.case.correct(self.user, **form.cleaned_data)


class Seal(Step):
    act = Act.SEAL
    form_class = handling.SealForm

    @property
    def title(self) -> Any:  # type: ignore[override]
        return _("Open the case for all employees") if self.case.sealed else _("Seal the case")

    @property
    def lead(self) -> Any:  # type: ignore[override]
        if self.case.sealed:
            return _("All employees can then read it, with names and personal data hidden.")
        return _("Only the reporter, those who handle it, and those you name can then see that it is there.")

    @property
    def button(self) -> Any:  # type: ignore[override]
        return self.title

    @property
    def success(self) -> Any:  # type: ignore[override]
        return _("The case is sealed.") if self.case.sealed else _("The case is open for all employees.")

    def perform(self, form: Any, version: int) -> None:
        self.case.seal(self.user, sealed=not self.case.sealed, **form.cleaned_data)


class GiveAccess(Step):
    act = Act.SEAL
    form_class = handling.AccessForm
    title = _("Give one person access")
    lead = _("The person can then read this sealed case whole, and is told.")
    button = _("Give access")
    success = _("The person has access and is told.")

    def perform(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        self.case.give_access(self.user, person=data["person"], reason=data["reason"])


class Say(Step):
    act = Act.COMMENT
    form_class = handling.MessageForm
    title = _("Write a message")
    button = _("Send message")
    success = _("The message is sent.")

    def perform(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        self.case.say(self.user, data["text"], internal=data.get("internal", False))

    def leave(self) -> HttpResponse:
        return redirect(f"{self.case.get_absolute_url()}#dialog")


class Write(Say):
    act = Act.WRITE_OUT
    form_class = handling.LetterForm
    title = _("Write to the reporter")
    button = _("Send the letter")

    @property
    def success(self) -> Any:  # type: ignore[override]
        if self.case.correspondent.email:
            return _("The letter is sent. The reporter gets a link by e-mail.")
        return _("The letter is sent. The reporter reads it at the secret link.")

    def perform(self, form: Any, version: int) -> None:
        self.case.write(self.user, form.cleaned_data["text"])


class Attach(Step):
    act = Act.ATTACH
    form_class = handling.FilesForm
    title = _("Add photos and files")
    lead = _("Only those who read the case whole can open them.")
    button = _("Add")
    success = _("The files are added.")

    def perform(self, form: Any, version: int) -> None:
        self.case.attach(self.user, form.cleaned_data["files"])
